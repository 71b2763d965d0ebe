from datetime import UTC, datetime

import pytest

from backstay.core.scoping import machine
from backstay.plans import actions, queries
from backstay.plans.promises import promise
from businesstime import Kind, NaiveDatetime, Reason


@pytest.fixture
def promised(acting_as, at):
    viewer = acting_as(machine("test"))
    actions.ensure_catalogue(by=viewer, at=at)

    def ask(plan, severity, opened, region="ro"):
        version = queries.plan(plan, at)
        zone = queries.terms(version).region(region)
        return promise(version, severity, zone, datetime.fromisoformat(opened))

    return ask


# The worked examples of the domain, and those that the product has to show.
@pytest.mark.parametrize(
    ("plan", "severity", "opened", "region", "due"),
    [
        ("silver", "S1", "2026-11-20T18:30:00+02:00", "ro", "2026-11-23T10:30:00+02:00"),
        ("platinum", "S3", "2026-11-21T10:00:00+02:00", "ro", "2026-11-23T13:00:00+02:00"),
        ("gold", "S2", "2026-11-20T23:00:00+02:00", "ro", "2026-11-23T01:00:00+02:00"),
        ("silver", "S3", "2026-11-26T16:00:00-05:00", "us", "2026-11-30T09:00:00-05:00"),
        ("silver", "S3", "2026-11-27T16:00:00+02:00", "ro", "2026-12-02T16:00:00+02:00"),
        ("gold", "S4", "2026-11-16T15:00:00+02:00", "ro", "2026-11-17T15:00:00+02:00"),
        ("platinum", "S1", "2026-10-25T03:30:00+03:00", "ro", "2026-10-25T03:30:00+02:00"),
        ("emerald-us", "S1", "2026-11-21T10:00:00+02:00", "ro", "2026-11-21T04:00:00-05:00"),
        ("emerald-us", "S4", "2026-11-25T16:00:00-05:00", "us", "2026-11-27T12:00:00-05:00"),
    ],
)
def test_promise_is_due(promised, plan, severity, opened, region, due):
    assert promised(plan, severity, opened, region).due_at == datetime.fromisoformat(due)


def test_promise_explains_every_stretch(promised):
    found = promised("silver", "S1", "2026-11-27T18:30:00+02:00")
    told = [(stretch.end, stretch.kind, stretch.reason, stretch.detail) for stretch in found.stretches]

    def at(day, hour, minute=0, month=11):
        return datetime(2026, month, day, hour, minute, tzinfo=UTC)

    assert told == [
        (at(27, 18), Kind.COUNTED, Reason.OPEN, ""),
        (at(27, 22), Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        (at(29, 22), Kind.SKIPPED, Reason.CLOSED_DAY, ""),
        (at(30, 22), Kind.SKIPPED, Reason.HOLIDAY, "Saint Andrew's Day"),
        (at(1, 22, month=12), Kind.SKIPPED, Reason.HOLIDAY, "National Day"),
        (at(2, 6, month=12), Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        (at(2, 8, 30, month=12), Kind.COUNTED, Reason.OPEN, ""),
    ]
    assert found.stretches[0].start == found.opened_at


def test_promise_refuses_an_instant_without_a_zone(promised):
    with pytest.raises(NaiveDatetime):
        promised("silver", "S1", "2026-11-20T18:30:00")
