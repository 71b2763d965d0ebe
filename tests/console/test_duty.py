from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backstay.accounts.choices import Role
from backstay.cases import actions as cases
from backstay.cases.choices import Criterion
from backstay.core.scoping import acting, machine
from backstay.escalation import actions as escalation
from backstay.oncall.models import Page
from backstay.routing import actions as routing
from businesstime import Window
from tests.console.pages import htmx, texts, value_of
from tests.fixtures.cast import SETUP
from tests.routing.conftest import ROUTING, Desk

DUTY = "/console/duty?lang=en"
BY = machine("test")
ALL_DAY = (Window.parse("00:00", "24:00"),)


@pytest.fixture
def desk(cast, at) -> Desk:
    return Desk(cast, at)


@pytest.fixture
def dana(cast):
    return cast.staff("Dana")


@pytest.fixture
def lena(cast):
    return cast.staff("Lena", Role.LEAD)


@pytest.fixture
def mia(cast):
    return cast.staff("Mia", Role.MANAGER)


@pytest.fixture
def ana(cast):
    return cast.contact(cast.organisation("Meridian"))


@pytest.fixture
def bob(cast):
    return cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Bob")


def figures(response) -> dict[str, str]:
    """The strip of figures, by what is counted."""
    words = (each.split(" ", 1) for each in texts(response, "figure"))
    return {label: value for value, label in words}


def sent(browser, case, do, **values):
    path = f"/console/duty/cases/{case.number}?lang=en"
    return browser.post(path, {"do": do, "seen": case.version, **values})


def pages():
    with acting(SETUP):
        return list(Page.objects.select_related("staff").order_by("pk"))


def test_what_is_at_risk_stands_soonest_first_with_what_its_ladder_does_next(
    signed_in, opened, ana, dana, at
):
    late = opened(ana, subject="Late", severity="S2", when=at - timedelta(days=9))
    soon = opened(ana, subject="Soon", severity="S1", when=at - timedelta(minutes=5))
    with acting(BY):
        escalation.plan(case_id=soon.pk, by=BY, at=at)
    page = signed_in(dana).get(f"{DUTY}&hours=24")
    assert [line.case.pk for line in page.context["cases"].risky] == [late.pk, soon.pk]
    first, second = page.context["cases"].risky
    assert (first.step, str(second.standing.pace)) == (None, "easy")
    assert second.step.did == "Notify the assignee, Notify the team leads"
    assert (figures(page)["late"], figures(page)["due within 24 hours"]) == ("1", "1")


@pytest.mark.parametrize(("asked", "hours"), [("2", 2), ("24", 24), ("3", 4), ("x", 4), ("", 4)])
def test_hours_are_chosen_by_the_address_and_four_unless_told(signed_in, dana, asked, hours):
    page = signed_in(dana).get("/console/duty", {"hours": asked})
    assert page.context["hours"] == hours
    assert [tab.label for tab in page.context["tabs"] if tab.current] == [f"{hours} hours"]


def test_unassigned_cases_tell_why_nobody_has_them_alarms_first(signed_in, opened, ana, dana, lena, desk, at):
    desk.declare(dana)
    urgent = opened(ana, subject="Urgent", severity="S1")
    hopeless = opened(ana, subject="Hopeless", severity="S3")
    with acting(BY):
        cases.hand_over(case_id=hopeless.pk, queue="tier_3", note_text="Please.", seen=None, by=BY, at=at)
        escalation.raise_alarm(case_id=hopeless.pk, reason="nobody_suits", by=BY, at=at)
    page = signed_in(lena).get(DUTY)
    first, second = page.context["cases"].waiting
    assert (first.case.pk, second.case.pk) == (hopeless.pk, urgent.pk)
    assert first.reason == (
        "Nobody has the level, the side of the boundary and the language that the case needs."
    )
    assert (second.reason, second.suggested.name) == ("Dana would get it.", "Dana")
    assert (first.alarmed_at, second.alarmed_at) == (at, None)
    assert (figures(page)["unassigned"], figures(page)["that nobody can take"]) == ("2", "1")


def test_impasses_tell_why_beyond_those_worked_out(signed_in, opened, ana, lena, desk, monkeypatch, at):
    monkeypatch.setattr("backstay.console.views.duty.risk.SUGGESTED", 0)
    case = opened(ana)
    with acting(SETUP):
        cases.hand_over(case_id=case.pk, queue="tier_3", note_text="Please.", seen=None, by=SETUP, at=at)
    with acting(ROUTING):
        routing.route(case_id=case.pk, by=ROUTING, at=at)
    (line,) = signed_in(lena).get(DUTY).context["cases"].waiting
    assert (line.suggested, line.reason) == (
        None,
        "Nobody has the level, the side of the boundary and the language that the case needs.",
    )


def test_agents_take_cases_and_are_offered_nobody_to_give_them_to(signed_in, opened, reread, ana, dana, desk):
    desk.declare(dana)
    case = opened(ana)
    browser = signed_in(dana)
    assert "Give it to" not in browser.get(DUTY).content.decode()
    answer = sent(browser, case, "take", hours="8")
    assert (answer.status_code, answer.url) == (303, "/console/duty?hours=8")
    assert reread(case).assignee == dana
    (line,) = browser.get(f"{DUTY}&hours=24").context["cases"].risky
    assert (line.is_mine, line.owner) == (True, "Dana")


def test_leads_give_a_case_to_whom_the_rules_suggest(signed_in, opened, reread, ana, dana, lena, desk):
    desk.declare(dana)
    case = opened(ana)
    browser = signed_in(lena)
    page = browser.get(DUTY)
    assert f'value="give:{dana.pk}"' in page.content.decode()
    assert sent(browser, case, f"give:{dana.pk}").status_code == 303
    assert reread(case).assignee == dana


def test_suggestions_leave_room_for_each_other(signed_in, opened, cast, ana, dana, lena, desk):
    for staff in (dana, other := cast.staff("Radu")):
        desk.declare(staff)
    for _ in range(2):
        opened(ana)
    lines = signed_in(lena).get(DUTY).context["cases"].waiting
    assert {line.suggested.name for line in lines} == {dana.name, other.name}


def test_a_form_sent_twice_acts_once(signed_in, opened, reread, ana, dana):
    case = opened(ana)
    browser = signed_in(dana)
    key = value_of(browser.get(DUTY), "idempotency_key")
    answers = [sent(browser, case, "take", idempotency_key=key) for _ in range(2)]
    assert [(each.status_code, each.url) for each in answers] == [(303, "/console/duty")] * 2
    assert reread(case).version == case.version + 1
    other = sent(browser, case, "page", idempotency_key=key)
    assert (other.status_code, pages()) == (409, [])


def test_a_case_that_changed_meanwhile_is_left_alone(signed_in, opened, reread, cast, ana, dana):
    case, other = opened(ana), cast.staff("Radu")
    assert sent(signed_in(other), case, "take").status_code == 303
    refused = sent(signed_in(dana), case, "take")
    assert refused.status_code == 409
    words = f"{case.reference} has changed meanwhile, and nothing was done. Here it is as it is now."
    assert words in refused.content.decode()
    assert reread(case).assignee == other


@pytest.mark.parametrize("do", ["", "give:", "give:x", "close", "give:999999"])
def test_what_cannot_be_done_is_refused_with_the_page(signed_in, opened, reread, ana, dana, do):
    case = opened(ana)
    refused = sent(signed_in(dana), case, do)
    assert (refused.status_code, reread(case).version) == (422, case.version)
    assert texts(refused, "notice") != []


def test_whoever_is_on_call_is_paged_once_about_a_case_until_somebody_takes_it(
    signed_in, opened, ana, dana, duty
):
    duty.rota("Carla Dan")
    case = opened(ana)
    browser = signed_in(dana)
    answers = [sent(browser, case, "page") for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    (page,) = pages()
    assert (page.subject, page.state, page.staff.name) == (f"case:{case.pk}", "paging", "Carla Dan")
    shown = browser.get(DUTY)
    (line,) = shown.context["trouble"].pages
    assert line.about == f"{case.reference} (S1): Dana asks you to look at this case now."
    assert figures(shown)["pages unanswered"] == "1"
    history = browser.get(f"/console/cases/{case.number}/history?lang=en").content.decode()
    assert "Paged whoever is on call" in history


def test_pages_are_acknowledged_from_here(signed_in, dana, duty):
    duty.rota("Carla Dan")
    page = duty.page()
    browser = signed_in(dana)
    path = f"/console/duty/pages/{page.pk}"
    key = {"idempotency_key": "once"}
    assert [browser.post(path, key).status_code for _ in range(2)] == [303, 303]
    assert duty.read(page).acknowledged_by == dana
    assert browser.get(DUTY).context["trouble"].pages == []


def test_a_page_that_was_withdrawn_is_not_acknowledged(signed_in, dana, duty):
    page = duty.page()
    with acting(BY):
        escalation.end_call(case_id=12, by=BY, at=duty.at)
    refused = signed_in(dana).post(f"/console/duty/pages/{page.pk}?lang=en")
    assert refused.status_code == 409
    assert "It was settled meanwhile: nothing is left to do." in refused.content.decode()


def test_htmx_gets_the_region_with_a_word_for_the_status(signed_in, opened, ana, dana):
    case = opened(ana)
    browser = signed_in(dana)
    part = browser.post(
        f"/console/duty/cases/{case.number}?lang=en",
        {"do": "take", "seen": case.version},
        headers=htmx("duty"),
    )
    assert (part.status_code, texts(part, "toast")) == (200, ["You have the case now."])
    again = browser.get(DUTY, headers=htmx("duty"))
    assert [b"<html" in each.content for each in (part, again)] == [False, False]


def test_who_is_on_call_now_and_next_by_level(signed_in, dana, duty):
    duty.rota("Ana Pop", "Bogdan Ion", around_the_clock=True)
    (line,) = signed_in(dana).get(DUTY).context["on_call"].rotas
    assert line.levels == [("Ana Pop", "Bogdan Ion"), ("Bogdan Ion", "Ana Pop")]
    assert duty.at < line.changes_at < duty.at + timedelta(days=7)


def test_gaps_that_are_errors_link_to_the_form_that_fills_them(signed_in, lena, duty):
    rota = duty.rota(
        "Ana Pop",
        around_the_clock=True,
        ends_at=duty.at + timedelta(days=13),
        first_day=duty.at.date() - timedelta(3),
    )
    duty.rota("Mara Stan", purpose="management", week=[[["08:00", "09:00"]]] * 7)
    browser = signed_in(lena)
    found = browser.get(DUTY).context["on_call"]
    (line,) = found.gaps
    assert (line.gap.rota, line.why, found.errors) == (rota, "Nobody is on call.", 1)
    assert found.others >= 14
    form = browser.get(line.fill).context["form"]
    assert form["rota"].value() == str(rota.pk)
    with timezone.override("Europe/Bucharest"):
        wanted = [
            timezone.localtime(when).strftime("%Y-%m-%dT%H:%M") for when in (line.gap.start, line.gap.end)
        ]
    shown = browser.get(line.fill).content.decode()
    assert [f'value="{each}"' in shown for each in wanted] == [True, True]


def test_form_of_the_override_passes_over_what_an_address_gets_wrong(signed_in, lena, duty):
    duty.rota("Ana Pop")
    page = signed_in(lena).get("/console/on-call?rota=x&from=yesterday&to=2026-01-01T00:00")
    assert page.status_code == 200
    assert page.context["form"].initial == {"staff": lena.pk, "rota": "x"}


def test_people_at_work_stand_with_what_they_have(signed_in, opened, cast, ana, dana, lena, desk, at):
    desk.declare(dana)
    desk.works(cast.staff("Radu"), days=(ALL_DAY,) * 7)
    case = opened(ana)
    with acting(BY):
        cases.assign(case_id=case.pk, staff_id=dana.pk, seen=None, by=BY, at=at)
    page = signed_in(lena).get(DUTY)
    lines = page.context["at_work"].people
    assert [(each.person.name, each.standing, each.used, each.limit) for each in lines] == [
        ("Dana", "Available", 1, 10),
        ("Radu", "Not declared", 0, 10),
    ]
    assert (figures(page)["available"], page.context["at_work"].others) == ("1", 1)


def test_requests_show_their_clock_and_their_answer_to_those_who_decide(
    signed_in, opened, cast, ana, dana, mia, at
):
    case, viewer = opened(ana), cast.viewer(ana)
    with acting(viewer):
        row = escalation.request(case_id=case.pk, reason="Nobody calls.", urgency="urgent", by=viewer, at=at)
    pages_seen = [signed_in(who).get(DUTY) for who in (dana, mia)]
    (asked,) = pages_seen[1].context["trouble"].requests
    assert (asked.standing.due_at - at) == timedelta(minutes=30)
    accept = f"/console/escalations/{row.pk}/accept"
    assert [accept in each.content.decode() for each in pages_seen] == [False, True]
    assert figures(pages_seen[0])["waiting for a manager"] == "1"


def test_incidents_that_go_on_and_reviews_that_are_owed(signed_in, cast, lena, at):
    viewer = cast.viewer(lena)
    with acting(viewer):
        going, over = (
            cases.declare(
                title=title,
                criteria=[Criterion.OWN_SERVICE_DOWN],
                owner_id=lena.pk,
                boundary="open",
                by=viewer,
                at=at,
            )
            for title in ("Mail is held up", "Portal was down")
        )
        cases.resolve(incident_id=over.pk, by=viewer, at=at)
    page = signed_in(lena).get(DUTY)
    found = page.context["trouble"]
    assert ([each.pk for each in found.incidents], [each.pk for each in found.reviews]) == (
        [going.pk],
        [over.pk],
    )
    assert (figures(page)["major incidents"], figures(page)["reviews owed"]) == ("1", "1")


def bound_trouble(cast, opened, bob, grace, duty, at):
    """A bound case that is late and unassigned, with an alarm, a request, a page and an incident."""
    case, viewer = opened(bob, subject="The relay", when=at - timedelta(days=2)), cast.viewer(bob)
    with acting(viewer):
        escalation.request(case_id=case.pk, reason="The relay!", urgency="urgent", by=viewer, at=at)
    inside = cast.viewer(grace)
    with acting(inside):
        cases.declare(
            title="The relay is down",
            criteria=[Criterion.DATA_LOST],
            owner_id=grace.pk,
            boundary="us",
            by=inside,
            at=at,
        )
    with acting(BY):
        escalation.plan(case_id=case.pk, by=BY, at=at)
        escalation.raise_alarm(case_id=case.pk, reason="nobody_suits", by=BY, at=at)
    duty.page(boundary="us", facts={"text": "The relay is silent."})
    return case


def test_outside_the_boundary_nothing_bound_is_seen_counted_or_named(
    signed_in, opened, cast, bob, mia, duty, at
):
    grace = cast.staff("Grace", Role.MANAGER, eligible_us=True)
    browser = signed_in(mia)
    before = browser.get(DUTY)
    case = bound_trouble(cast, opened, bob, grace, duty, at)
    outside, inside = browser.get(DUTY), signed_in(grace).get(DUTY)
    leaks = ("The relay", "Sandia", case.reference)
    assert [word in inside.content.decode() for word in leaks] == [True, True, True]
    assert [word in outside.content.decode() for word in leaks] == [False, False, False]
    assert figures(outside) == figures(before)
    assert list(figures(inside).values()) == ["1", "0", "1", "1", "1", "3", "0", "0", "1", "0"]


@pytest.mark.parametrize("do", ["take", "page", "give:1"])
def test_outside_the_boundary_a_bound_case_is_not_there_to_act_upon(signed_in, opened, bob, dana, reread, do):
    case = opened(bob)
    assert sent(signed_in(dana), case, do).status_code == 404
    assert (reread(case).version, pages()) == (case.version, [])


def test_queries_do_not_grow_with_rows(signed_in, opened, cast, ana, lena, desk, duty, at):
    duty.rota("Carla Dan", around_the_clock=True)
    browser, viewer, lead = signed_in(lena), cast.viewer(ana), cast.viewer(lena)
    counts = []
    for number in range(3):
        desk.declare(cast.staff(f"Agent {number}"))
        taken, free = opened(ana), opened(ana)
        with acting(viewer):
            escalation.request(case_id=free.pk, reason="Call!", urgency="urgent", by=viewer, at=at)
        with acting(lead):
            cases.declare(
                title="Down",
                criteria=[Criterion.DATA_LOST],
                owner_id=lena.pk,
                boundary="open",
                by=lead,
                at=at,
            )
        with acting(BY):
            cases.assign(case_id=taken.pk, staff_id=lena.pk, seen=None, by=BY, at=at)
            escalation.plan(case_id=taken.pk, by=BY, at=at)
            escalation.raise_alarm(case_id=free.pk, reason="all_away", by=BY, at=at)
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(f"{DUTY}&hours=24")
        counts.append(len(captured))
        assert len(page.context["cases"].risky) == 2 * (number + 1)
    assert counts[0] == counts[-1]
