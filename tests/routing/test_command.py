import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backstay.core.scoping import acting
from backstay.routing.choices import Declared
from backstay.routing.models import Assignment
from tests.fixtures.cast import SETUP


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("routing", "simulate", *arguments, stdout=out)
    return out.getvalue()


def test_simulate_tells_who_would_get_the_case_and_why(desk, ana, dana, cast):
    desk.declare(dana)
    desk.declare(cast.staff("Radu"), Declared.BUSY)
    case = desk.opened(ana)
    lines = told(case.reference, "--at", desk.at.isoformat()).splitlines()
    assert lines[:4] == [f"{case.reference}  Gateway drops mail", "Dana would get it.", "", "Dana  40"]
    assert lines[-2:] == ["Radu  -", "    Available and on shift: Is busy and takes nothing new."]
    with acting(SETUP):
        assert not Assignment.objects.exists()


def test_simulate_tells_programs_the_same(desk, ana, dana):
    desk.declare(dana)
    case = desk.opened(ana)
    facts = json.loads(told(str(case.number), "--at", desk.at.isoformat(), "--format", "json"))
    assert (facts["chosen"], facts["unroutable"]) == ({"id": dana.pk, "name": "Dana"}, None)
    (candidate,) = facts["candidates"]
    assert candidate["points"] == sum(rule["points"] for rule in candidate["rules"]) == 40


def test_simulate_of_no_case_ends_with_1(db, capsys):
    with pytest.raises(SystemExit) as end:
        told("99999")
    assert end.value.code == 1


@pytest.mark.parametrize("arguments", [("ten",), ("10", "--at", "2026-11-20T03:00")])
def test_simulate_refuses_what_it_cannot_read(db, arguments):
    with pytest.raises(CommandError):
        told(*arguments)


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit):
        call_command("routing", "--help")
    assert "backstay routing simulate BS-10482" in capsys.readouterr().out
