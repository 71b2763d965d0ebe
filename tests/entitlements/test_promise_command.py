import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backstay.core.scoping import acting, machine
from backstay.plans import actions, shipped


@pytest.fixture
def ask(db):
    """`ask(plan, severity, opened, ...)` -> exit status, what was printed, what was complained about."""

    def call(plan, severity, opened, *more):
        out, complaints = StringIO(), StringIO()
        words = ["--plan", plan, "--severity", severity, "--opened", opened, *more]
        try:
            call_command("promise", *words, stdout=out, stderr=complaints)
        except SystemExit as end:
            return end.code, out.getvalue(), complaints.getvalue()
        return 0, out.getvalue(), complaints.getvalue()

    return call


@pytest.fixture
def facts(ask):
    def call(*words):
        status, out, complaints = ask(*words, "--format", "json")
        assert (status, complaints) == (0, "")
        return json.loads(out)

    return call


@pytest.mark.parametrize(
    ("plan", "severity", "opened", "due"),
    [
        ("silver", "S1", "2026-11-20T18:30:00+02:00", "2026-11-23T10:30:00+02:00"),
        ("platinum", "S3", "2026-11-21T10:00:00+02:00", "2026-11-23T13:00:00+02:00"),
        ("gold", "S2", "2026-11-20T23:00:00+02:00", "2026-11-23T01:00:00+02:00"),
        ("emerald-us", "S1", "2026-11-21T10:00:00+02:00", "2026-11-21T04:00:00-05:00"),
    ],
)
def test_promise_tells_when_it_is_due(facts, plan, severity, opened, due):
    found = facts(plan, severity, opened)
    assert found["due_local"] == due
    assert found["due_at"] == datetime.fromisoformat(due).astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_promise_as_json_has_terms_and_stretches(facts):
    found = facts("silver", "S1", "2026-11-20T18:30:00+02:00")
    assert found["target"] == {
        "words": "within 4 hours",
        "unit": "business_hours",
        "amount": 14400,
        "kind": "commitment",
        "calendar": {"key": "12x5", "region": "ro", "version": 1, "zone": "Europe/Bucharest"},
    }
    assert [(stretch["kind"], stretch["seconds"], stretch["words"]) for stretch in found["stretches"]] == [
        ("counted", 5400, "open"),
        ("skipped", 4 * 3600, "outside hours"),
        ("skipped", 48 * 3600, "closed on this day of the week"),
        ("skipped", 8 * 3600, "outside hours"),
        ("counted", 9000, "open"),
    ]
    assert (found["region"], found["zone"], found["opened_at"]) == (
        "ro",
        "Europe/Bucharest",
        "2026-11-20T16:30:00Z",
    )


def test_promise_as_text_explains_itself(ask):
    status, out, _ = ask("silver", "S3", "2026-11-27T16:00:00+02:00")
    assert status == 0
    assert out.splitlines() == [
        "Silver, S3, opened Fri 2026-11-27 16:00 EET",
        "First response within 1 business day: by Wed 2026-12-02 16:00 EET",
        "Clock: calendar business-hours, region ro, version 1 (Europe/Bucharest); catalogue 1",
        "  counted  Fri 2026-11-27 16:00 EET - Fri 2026-11-27 17:00 EET  1:00:00 h  open",
        "  skipped  Fri 2026-11-27 17:00 EET - Sat 2026-11-28 00:00 EET  7:00:00 h  outside hours",
        (
            "  skipped  Sat 2026-11-28 00:00 EET - Mon 2026-11-30 00:00 EET  48:00:00 h  "
            "closed on this day of the week"
        ),
        (
            "  skipped  Mon 2026-11-30 00:00 EET - Tue 2026-12-01 00:00 EET  24:00:00 h  "
            "holiday: Saint Andrew's Day"
        ),
        "  skipped  Tue 2026-12-01 00:00 EET - Wed 2026-12-02 00:00 EET  24:00:00 h  holiday: National Day",
        "  skipped  Wed 2026-12-02 00:00 EET - Wed 2026-12-02 09:00 EET  9:00:00 h  outside hours",
        "  counted  Wed 2026-12-02 09:00 EET - Wed 2026-12-02 16:00 EET  7:00:00 h  open",
        "due_at 2026-12-02T14:00:00Z",
    ]


def test_promise_is_by_the_catalogue_in_force(facts):
    with acting(machine("test")) as viewer:
        source = shipped.source().replace('amount = "2 hours"', 'amount = "90 minutes"')
        actions.apply(source=source, by=viewer, at=datetime.now(UTC))
    found = facts("gold", "S2", "2026-02-04T10:00:00+02:00")
    assert (found["catalogue"], found["due_local"]) == (2, "2026-02-04T11:30:00+02:00")


def test_promise_in_another_region_has_its_zone(facts):
    found = facts("silver", "S1", "2026-11-20T18:30:00-05:00", "--region", "us")
    assert (found["zone"], found["due_local"]) == ("America/New_York", "2026-11-23T10:30:00-05:00")


def test_promise_of_a_plan_not_sold_there_says_where_it_runs(facts):
    found = facts("emerald-us", "S3", "2026-11-20T10:00:00-05:00", "--region", "ro")
    assert (found["region"], found["due_local"]) == ("us", "2026-11-20T14:00:00-05:00")
    assert "Emerald - US is not sold in ro; it runs in us." in found["explanation"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("bronze", "S1"), 'there is no plan "bronze"; there are silver, gold, platinum, emerald-us\n'),
        (("gold", "S7"), 'there is no severity "S7"; there are S1, S2, S3, S4\n'),
        (("gold", "S1", "--region", "de"), 'there is no region "de"; there are ro, us\n'),
        (("emerald-us", "S1", "--region", "de"), 'there is no region "de"; there are ro, us\n'),
    ],
)
def test_promise_of_what_there_is_not_lists_what_there_is(ask, words, says):
    plan, severity, *more = words
    assert ask(plan, severity, "2026-11-20T18:30:00+02:00", *more) == (1, "", says)


@pytest.mark.parametrize(
    ("opened", "says"),
    [
        ("2026-11-20T18:30:00", "does not say in which zone; add the offset from UTC, such as +02:00 or Z"),
        ("tomorrow", "is no instant; write such as 2026-11-20T18:30:00+02:00"),
    ],
)
def test_promise_refuses_an_unclear_instant(ask, opened, says):
    with pytest.raises(CommandError) as error:
        ask("gold", "S1", opened)
    assert str(error.value) == f'Error: argument --opened: "{opened}" {says}'
