from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts.choices import Role
from backstay.cases import actions as cases
from backstay.core.scoping import acting
from backstay.routing import actions, queries
from backstay.routing.choices import Declared, SkillKind, Standing
from backstay.routing.models import Availability
from businesstime import Window
from tests.console.pages import HTMX, texts
from tests.fixtures.cast import SETUP
from tests.routing.conftest import Desk

PAGE, PEOPLE, RULES = "/console/routing", "/console/routing/people", "/console/routing/rules"
SWITCH, BEAT = "/console/availability", "/console/availability/beat"


@pytest.fixture
def desk(cast, at) -> Desk:
    return Desk(cast, at)


@pytest.fixture
def dana(cast):
    return cast.staff("Dana")


@pytest.fixture
def lena(cast):
    return cast.staff("Lena", Role.LEAD)


def standing(staff, at):
    with acting(SETUP):
        return queries.person(staff.pk, at=at).standing


def test_simulator_names_who_would_get_a_case_and_why(desk, cast, dana, signed_in, opened):
    desk.declare(dana)
    cast.staff("Radu")
    case = opened(cast.contact(cast.organisation()))
    response = signed_in(dana).get(PAGE, {"case": case.reference})
    assert texts(response, "conclusion") == ["Dana would get it."]
    chosen, other = texts(response, "candidate")
    assert chosen.startswith("Dana gets it")
    assert "Has 0 of 10 taken." in chosen
    assert other == "Radu – Available and on shift Has not said to be available."


def test_simulator_changes_nothing(desk, cast, dana, signed_in, opened, reread):
    desk.declare(dana)
    case = opened(cast.contact(cast.organisation()))
    signed_in(dana).get(PAGE, {"case": case.reference})
    assert reread(case).assignee is None


def test_simulator_of_a_case_that_one_may_not_read_knows_no_such_case(desk, cast, dana, signed_in, opened):
    case = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us")))
    inside = cast.staff("Grace", tier=2, eligible_us=True)
    desk.declare(inside)
    found = [signed_in(who).get(PAGE, {"case": case.number}) for who in (dana, inside)]
    assert [each.status_code for each in found] == [422, 200]
    assert [texts(each, "conclusion") for each in found] == [[], ["Grace would get it."]]
    assert "Grace" not in found[0].content.decode()


def test_simulator_supposes_a_case(desk, cast, dana, signed_in):
    desk.declare(cast.staff("Vlad", tier=2))
    desk.declare(dana)
    browser = signed_in(dana)
    found = [browser.get(PAGE, {"severity": "S1", "plan": plan}) for plan in ("silver", "platinum")]
    assert [texts(each, "conclusion") for each in found] == [["Dana would get it."], ["Vlad would get it."]]


def test_simulator_offers_bound_plans_to_insiders_only(cast, dana, signed_in):
    inside = cast.staff("Grace", eligible_us=True)
    found = [signed_in(who).get(PAGE, {"severity": "S1", "plan": "emerald-us"}) for who in (dana, inside)]
    assert [each.status_code for each in found] == [422, 200]
    offered = ['<option value="emerald-us"' in each.content.decode() for each in found]
    assert offered == [False, True]


def test_simulator_says_that_a_closed_case_is_closed(cast, dana, signed_in, opened, at):
    from_contact = cast.contact(cast.organisation())
    case, viewer = opened(from_contact), cast.viewer(from_contact)
    with acting(viewer):
        cases.close(case_id=case.pk, reason="", seen=None, by=viewer, at=at)
    response = signed_in(dana).get(PAGE, {"case": case.number})
    assert response.status_code == 422
    assert "This case is closed." in response.content.decode()


@pytest.mark.parametrize("path", [PAGE, PEOPLE])
def test_queries_do_not_grow_with_people(desk, cast, dana, signed_in, opened, path):
    case = opened(cast.contact(cast.organisation()))
    desk.declare(dana)
    browser = signed_in(dana)
    counts = []
    for name in ("Radu", "Mihai", "Ioana"):
        desk.declare(cast.staff(name))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path, {"case": case.number}).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[-1]


def test_switch_declares_oneself(dana, signed_in, at):
    response = signed_in(dana).post(SWITCH, {"state": "available"}, headers=HTMX)
    assert response.status_code == 200
    assert "Available" in texts(response, "availability")[0]
    assert standing(dana, at) is Standing.AVAILABLE


def test_switch_of_a_plain_browser_comes_back_to_the_console(dana, signed_in):
    response = signed_in(dana).post(SWITCH, {"state": "busy"})
    assert (response.status_code, response["Location"]) == (303, "/console/")


def test_open_console_makes_nobody_available(dana, signed_in):
    response = signed_in(dana).post(BEAT, headers=HTMX)
    assert texts(response, "availability")[0].startswith("My availability: Not declared")
    with acting(SETUP):
        assert not Availability.objects.exists()


def test_open_console_keeps_what_was_said(desk, dana, signed_in, at):
    desk.declare(dana, at=at - timedelta(minutes=4))
    signed_in(dana).post(BEAT, headers=HTMX)
    assert standing(dana, at + timedelta(minutes=4)) is Standing.AVAILABLE


def test_console_that_opens_off_shift_after_a_silence_takes_no_cases(desk, dana, signed_in, at):
    desk.declare(dana, at=at - timedelta(hours=9))
    assert standing(dana, at) is Standing.LAPSED
    signed_in(dana).post(BEAT, headers=HTMX)
    assert standing(dana, at) is Standing.AWAY


def test_console_that_opens_on_shift_after_a_silence_goes_on(desk, dana, signed_in, at):
    desk.works(dana, days=((Window.parse("00:00", "24:00"),),) * 7)
    desk.declare(dana, at=at - timedelta(hours=9))
    signed_in(dana).post(BEAT, headers=HTMX)
    assert standing(dana, at) is Standing.AVAILABLE


def test_people_are_listed_with_their_standing_and_load(desk, dana, signed_in):
    desk.declare(dana, Declared.BUSY)
    desk.takes(dana, 4)
    assert texts(signed_in(dana).get(PEOPLE), "person") == ["Dana Level 1 Busy 0 of 4"]


def test_lead_sets_a_skill(dana, lena, signed_in):
    with acting(SETUP):
        skill = actions.put_skill(kind=SkillKind.LANGUAGE, key="ro", label="Romanian", by=SETUP)
    path, browser = f"{PEOPLE}/{dana.pk}", signed_in(lena)
    response = browser.post(path, {"verb": "skill", "skill": skill.pk, "level": 4})
    assert (response.status_code, response["Location"]) == (303, path)
    assert texts(browser.get(path), "skill") == ["Language Romanian 4"]


def test_lead_sets_shift_and_capacity(desk, dana, lena, signed_in):
    with acting(SETUP):
        week = actions.Week(zone="Europe/Bucharest", days=((Window.parse("09:00", "17:00"),),) * 7)
        actions.put_pattern(key="early", name="Early", week=week, by=SETUP, at=desk.at)
    path, browser = f"{PEOPLE}/{dana.pk}", signed_in(lena)
    browser.post(path, {"verb": "shift", "pattern": "early", "since": "2026-11-01", "until": ""})
    browser.post(path, {"verb": "capacity", "channel": "api", "limit": 3})
    page = browser.get(path)
    assert texts(page, "shift")[0].startswith("Early Europe/Bucharest")
    assert texts(page, "capacity") == ["API 3"]


def test_agent_adds_and_drops_an_absence_of_their_own(dana, signed_in, at):
    path, browser = f"{PEOPLE}/{dana.pk}", signed_in(dana)
    day = (at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    later = (at + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    given = {"verb": "absence", "starts_at": day, "ends_at": later, "reason": "Dentist"}
    assert browser.post(path, given).status_code == 303
    assert "Dentist" in texts(browser.get(path), "absence")[0]
    assert browser.post(path, given).status_code == 422
    with acting(SETUP):
        (absence,) = queries.absences(dana.pk, since=at)
    browser.post(path, {"verb": "drop_absence", "absence": absence.pk})
    assert texts(browser.get(path), "absence") == []


def test_agent_arranges_nobody_else(dana, cast, signed_in):
    radu, browser = cast.staff("Radu"), signed_in(dana)
    assert browser.get(f"{PEOPLE}/{radu.pk}").status_code == 403
    assert browser.post(f"{PEOPLE}/{dana.pk}", {"verb": "capacity", "limit": 1}).status_code == 403


def rule(fact, kind="require"):
    with acting(SETUP):
        return queries.routing_rules().get(fact=fact, kind=kind)


def test_lead_switches_a_rule_off(lena, signed_in):
    previous = rule("previous", "prefer")
    given = {"rule": previous.pk, "position": 110, "weight": 20, "argument": ""}
    assert signed_in(lena).post(RULES, given).status_code == 303
    assert rule("previous", "prefer").active is False


def test_nobody_switches_the_boundary_off(lena, signed_in):
    boundary = rule("boundary")
    response = signed_in(lena).post(RULES, {"rule": boundary.pk, "position": 10, "weight": 0, "argument": ""})
    assert response.status_code == 422
    assert rule("boundary").active is True


def test_lead_changes_the_desk(lena, signed_in, at):
    given = {"default_limit": 6, "weight_portal": 2, "weight_api": 1, "weight_staff": 1}
    assert signed_in(lena).post(RULES, given).status_code == 303
    with acting(SETUP):
        found = queries.settings(at=at)
    assert (found.assigns, found.default_limit, found.weights["portal"]) == (False, 6, 2)
