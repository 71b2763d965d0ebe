import json

import pytest
from django.core.management import call_command

from tests.fixtures.duty import DAY


def told(capsys, *arguments, status=0):
    """What a command printed, as JSON."""
    ended = 0
    try:
        call_command("oncall", *arguments, "--format", "json")
    except SystemExit as exit_:
        ended = exit_.code
    assert ended == status
    return json.loads(capsys.readouterr().out)


def test_show_names_who_is_on_call_at_an_instant(duty, capsys):
    duty.rota("Ana", "Bogdan")
    now = told(capsys, "show", "--at", duty.at.isoformat())
    later = told(capsys, "show", "--at", (duty.at + 7 * DAY).isoformat())
    assert now["rotas"] == [
        {
            "rota": "support-open",
            "name": "support open",
            "purpose": "support",
            "serves": "open",
            "on_call": ["Ana", "Bogdan"],
        }
    ]
    assert later["rotas"][0]["on_call"] == ["Bogdan", "Ana"]


def test_gaps_where_somebody_was_promised_end_with_one(duty, capsys):
    duty.rota(key="nights")
    assert [gap["is_error"] for gap in told(capsys, "gaps", "--days", "3")["gaps"]] == [False]
    duty.rota(key="always", around_the_clock=True)
    found = told(capsys, "gaps", "--days", "3", status=1)["gaps"]
    assert {gap["rota"]: gap["is_error"] for gap in found} == {"nights": False, "always": True}


def test_page_says_who_is_asked_or_that_nobody_is(duty, capsys):
    assert told(capsys, "page", "--text", "Down", status=1)["why"] == "nobody_on_call"
    duty.rota("Ana", first_day=duty.at.date() - 400 * DAY)
    assert told(capsys, "page", "--text", "Down")["asked"] == "Ana"


def test_instant_without_a_zone_is_wrong_usage(duty, capsys):
    with pytest.raises(Exception, match="invalid"):
        call_command("oncall", "show", "--at", "2026-12-24T18:00")
