from datetime import timedelta

import pytest

from backstay.cases import actions, queries
from backstay.cases.choices import State
from backstay.core.scoping import acting


def read(world, case):
    with acting(world.cast.viewer(world.ana)):
        return queries.by_number(case.number)


def post(world, case, what, **form):
    given = {"seen": read(world, case).version} | form
    return world.page(world.ana).post(f"/cases/{case.number}/{what}", given)


def test_severity_page_tells_the_promise_at_each_severity(world):
    case = world.open(severity="S3")
    rows = world.page(world.ana).get(f"/cases/{case.number}/severity").context["rows"]
    assert [(row.key, row.due_at) for row in rows][:2] == [
        ("S1", world.at + timedelta(hours=2)),
        ("S2", world.at + timedelta(hours=2)),
    ]


def test_severity_is_changed_as_the_page_promised_with_its_reason_in_the_history(world):
    case = world.open(severity="S3")
    rows = world.page(world.ana).get(f"/cases/{case.number}/severity").context["rows"]
    assert post(world, case, "severity", severity="S1", reason="Production is down").status_code == 303
    assert (read(world, case).severity, read(world, case).next_due_at) == ("S1", rows[0].due_at)
    history = world.page(world.ana).get(f"/cases/{case.number}?lang=en").context["history"]
    assert (history[-1].words, history[-1].reason) == (
        "Ana Marin changed the severity from S3 to S1.",
        "Production is down",
    )


def test_severity_that_the_case_has_already_is_refused(world):
    refused = post(world, world.open(), "severity", severity="S1", reason="because")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["severity"])


@pytest.mark.parametrize("what", ["severity", "reopen"])
def test_change_without_a_reason_is_refused(world, what):
    case = world.open()
    refused = post(world, case, what, severity="S2")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])


def test_case_is_closed_and_opened_again(world):
    case = world.open()
    assert post(world, case, "close").status_code == 303
    assert read(world, case).state == State.CLOSED
    assert post(world, case, "reopen", reason="It is back").status_code == 303
    history = world.page(world.ana).get(f"/cases/{case.number}?lang=en").context["history"]
    assert [(line.words, line.reason) for line in history[1:]] == [
        ("Ana Marin closed the case.", ""),
        ("Ana Marin opened the case again.", "It is back"),
    ]


def test_why_staff_closed_a_case_is_shown(world):
    case, dana = world.open(), world.cast.staff()
    world.reply(case, dana)
    viewer = world.cast.viewer(dana)
    with acting(viewer):
        actions.close(case_id=case.pk, reason="Fixed in 5.14.1", seen=None, by=viewer, at=world.at)
    text = world.page(world.ana).get(f"/cases/{case.number}?lang=en").content.decode()
    assert "Dana Ionescu closed the case." in text
    assert "Fixed in 5.14.1" in text


def test_change_of_a_case_that_others_changed_shows_that_first(world):
    case = world.open()
    seen = case.version
    post(world, case, "severity", severity="S2", reason="Calmer now")
    conflict = world.page(world.ana).post(f"/cases/{case.number}/close", {"seen": seen, "reason": "done"})
    assert (conflict.status_code, conflict.context["has_changed"]) == (409, True)
    assert read(world, case).state == State.NEW
    again = conflict.context["form"]["seen"].value()
    assert post(world, case, "close", seen=again, reason="done").status_code == 303
    assert read(world, case).state == State.CLOSED


def test_closing_what_is_closed_leads_back_to_the_case(world):
    case = world.open()
    post(world, case, "close")
    assert post(world, case, "close")["Location"] == f"/cases/{case.number}"


def test_colleague_takes_part_and_strangers_cannot_be_chosen(world):
    case = world.open()
    mihai = world.cast.contact(world.organisation, "Mihai")
    eva = world.cast.contact(world.cast.organisation(name="Other"), "Eva")
    page = world.page(world.ana)
    choices = page.get(f"/cases/{case.number}/participants").context["form"].fields["contact"].queryset
    with acting(world.cast.viewer(world.ana)):
        assert list(choices) == [mihai]
    assert page.post(f"/cases/{case.number}/participants", {"contact": eva.pk}).status_code == 422
    assert page.post(f"/cases/{case.number}/participants", {"contact": mihai.pk}).status_code == 303
    names = [each.contact.name for each in page.get(f"/cases/{case.number}").context["participants"]]
    assert names == ["Mihai"]
