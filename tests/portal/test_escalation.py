import re
from datetime import timedelta

import pytest
from django.test import Client

from backstay.accounts.choices import Access, Role
from backstay.core.scoping import acting, machine
from backstay.escalation import actions
from backstay.escalation.models import EscalationRequest
from backstay.oncall.models import Page
from backstay.plans import catalogue as catalogues
from backstay.plans import shipped

BY = machine("test")
REASON = "Two days and nobody has called."


def ask(world, case, person=None, **form):
    given = {"urgency": "urgent", "reason": REASON} | form
    return world.page(person or world.ana).post(f"/cases/{case.number}/escalate", given)


def the_request(case):
    with acting(BY):
        return EscalationRequest.objects.select_related("clock").get(case=case.pk)


@pytest.fixture
def manager(world):
    return world.cast.staff("Mia Manager", Role.MANAGER)


def decide(world, manager, case, verb, **words):
    viewer = world.cast.viewer(manager)
    with acting(viewer):
        return verb(request_id=the_request(case).pk, by=viewer, at=world.at + timedelta(minutes=5), **words)


def test_form_tells_by_when_a_manager_answers(world):
    page = world.page(world.ana).get(f"/cases/{world.open().number}/escalate?lang=en")
    details = page.context["details"]
    assert {key: detail.description for key, detail in details.items()} == {
        "urgent": "A manager answers within 30 minutes: by 10:30 EET.",
        "timely": "A manager answers within 1 hour: by 11:00 EET.",
        "not_urgent": "A manager answers within 2 hours: by 12:00 EET.",
    }


def test_request_is_promised_paged_and_shown_on_the_case(world):
    case = world.open()
    sent = ask(world, case)
    row = the_request(case)
    assert (sent.status_code, sent.url) == (303, f"/cases/{case.number}#escalation")
    assert (row.state, row.clock.due_at) == ("open", world.at + timedelta(minutes=30))
    with acting(BY):
        (page,) = Page.objects.filter(subject=f"escalation_request:{row.pk}")
        assert (page.purpose, page.made_at, REASON in str(page.facts)) == ("management", world.at, False)
    shown = world.page(world.ana).get(f"/cases/{case.number}?lang=en")
    (asked,) = shown.context["requests"]
    assert (asked.state, asked.answer_by) == ("Waits for a manager", row.clock.due_at)
    assert (REASON in shown.content.decode(), shown.context["may_escalate"]) == (True, False)


@pytest.mark.parametrize(
    ("verb", "words", "state"),
    [(actions.accept, "answer", "Accepted"), (actions.decline, "reason", "Declined")],
)
def test_decision_and_its_reason_are_shown_to_the_customer(world, manager, verb, words, state):
    case = world.open()
    ask(world, case)
    decide(world, manager, case, verb, **{words: "We call you at noon."})
    shown = world.page(world.ana).get(f"/cases/{case.number}?lang=en")
    (asked,) = shown.context["requests"]
    assert (asked.state, asked.answer_by, asked.is_open) == (state, None, False)
    assert "We call you at noon." in shown.content.decode()
    assert shown.context["may_escalate"]


def test_same_form_sent_twice_asks_once(world):
    case, page = world.open(), world.page(world.ana)
    form = {"urgency": "timely", "reason": REASON, "idempotency_key": "once"}
    sent = [page.post(f"/cases/{case.number}/escalate", form).status_code for _ in range(2)]
    assert (sent, the_request(case).urgency) == ([303, 303], "timely")


def test_second_request_while_one_is_open_changes_nothing(world):
    case = world.open()
    ask(world, case)
    again = ask(world, case, urgency="timely")
    assert (again.status_code, the_request(case).urgency) == (302, "urgent")


@pytest.mark.parametrize("missing", ["urgency", "reason"])
def test_request_without_urgency_or_reason_is_refused(world, missing):
    case = world.open()
    refused = ask(world, case, **{missing: ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [missing])


def test_who_may_only_look_cannot_ask(world):
    reader = world.cast.contact(world.organisation, "Rea Der", access=Access.VIEW, view="organisation")
    case = world.open()
    assert ask(world, case, person=reader).status_code == 403
    assert "/escalate" not in world.page(reader).get(f"/cases/{case.number}").content.decode()


def test_strangers_customers_do_not_find_the_form(world):
    other = world.cast.contact(world.cast.organisation("Other"), "Olga Other")
    assert world.page(other).get(f"/cases/{world.open().number}/escalate").status_code == 404


def test_customer_withdraws_the_request(world):
    case = world.open()
    ask(world, case)
    row = the_request(case)
    sent = world.page(world.ana).post(f"/cases/{case.number}/escalations/{row.pk}/withdraw")
    assert (sent.status_code, the_request(case).state) == (303, "withdrawn")
    again = world.page(world.ana).post(f"/cases/{case.number}/escalations/{row.pk}/withdraw")
    assert again.status_code == 303


@pytest.fixture
def plans(db):
    return catalogues.read(shipped.source()).catalogue.plans


def steps_in(part):
    """(mark, what is done) of each step, as a picture or a table has them."""
    return [
        (mark, re.findall(r'data-do="([^"]+)"', rest))
        for mark, rest in re.findall(
            r'<(?:g|tr) data-mark="([^"]+)">(.*?)(?=<(?:g|tr) data-mark|</svg>|</tbody>)', part, re.DOTALL
        )
    ]


@pytest.mark.parametrize("lang", ["en", "ro"])
@pytest.mark.parametrize("key", ["silver", "gold", "platinum", "emerald-us"])
def test_steps_in_pictures_and_tables_are_those_that_run(plans, key, lang):
    page = Client().get(f"/escalation?plan={key}&lang={lang}").content.decode()
    plan = plans[key]
    runs = [
        [(step.mark, [str(do) for do in step.do]) for step in plan.ladder.steps_of(severity)]
        for severity in ("S1", "S3")
    ]
    drawn = [
        steps_in(svg) for svg in re.findall(r"<svg class=\"diagram-(?:wide|tall)\".*?</svg>", page, re.DOTALL)
    ]
    tables = [steps_in(body) for body in re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL)]
    assert drawn == [runs[0], runs[0], runs[1], runs[1]]
    assert [[(mark, sorted(do)) for mark, do in table] for table in tables[:2]] == [
        [(mark, sorted(do)) for mark, do in run] for run in runs
    ]
    assert plan.name[lang] in page


def test_page_tells_how_soon_a_manager_answers(db):
    page = Client().get("/escalation?lang=en")
    assert [(each.label.split(":")[0], each.within) for each in page.context["urgencies"]] == [
        ("Urgent", "30 minutes"),
        ("Timely", "1 hour"),
        ("Not urgent", "2 hours"),
    ]


def test_unknown_plan_shows_the_first(db):
    page = Client().get("/escalation?plan=bronze&lang=en")
    assert [tab.current for tab in page.context["tabs"]] == [True, False, False, False]
