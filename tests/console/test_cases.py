from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backstay.accounts import actions as accounts
from backstay.accounts.actions import Locale
from backstay.cases import actions
from backstay.cases.choices import State
from backstay.conversations.actions import NewFile, NewMessage
from backstay.conversations.choices import Visibility
from backstay.conversations.models import Attachment
from backstay.core import files
from backstay.core.scoping import acting
from tests.console.pages import htmx, texts


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def ana(cast):
    return cast.contact(cast.organisation())


def page_of(case, name="case", **more) -> str:
    return reverse(f"console:{name}", kwargs={"number": case.number} | more)


def test_page_shows_clock_conversation_and_customer(cast, dana, ana, opened, signed_in):
    case = opened(ana)
    response = signed_in(dana).get(page_of(case))
    assert texts(response, "case-facts")[0].startswith(
        f"{case.reference} · New · Level 1 · unassigned · received"
    )
    assert texts(response, "prose") == ["Since 5.14 today."]
    assert b"<em>5.14</em>" in response.content
    assert "within 2 hours, Gold, S1" in texts(response, "strip")[0]
    assert texts(response, "message-them")[0].startswith("AM Ana Marin Meridian")
    assert "Contract" in texts(response, "facts")[0]


def test_htmx_gets_the_live_part_without_forms_and_customer(dana, ana, opened, signed_in):
    client, case = signed_in(dana), opened(ana)
    live = client.get(page_of(case), headers=htmx("case-live"))
    assert (texts(live, "prose"), texts(live, "compose"), texts(live, "facts")) == (
        ["Since 5.14 today."],
        [],
        [],
    )
    pane = client.get(page_of(case), headers=htmx("pane"))
    assert (len(texts(pane, "compose")), len(texts(pane, "rail"))) == (1, 0)


def test_notes_are_marked_and_stand_in_order(cast, dana, ana, opened, signed_in, at):
    case, viewer = opened(ana), cast.viewer(dana)
    with acting(viewer):
        note = NewMessage(body="Same trace as before", visibility=Visibility.INTERNAL)
        actions.note(case_id=case.pk, message=note, by=viewer, at=at + timedelta(seconds=1))
        said = NewMessage(body="We look into it")
        actions.reply(case_id=case.pk, message=said, seen=None, by=viewer, at=at + timedelta(seconds=2))
    response = signed_in(dana).get(page_of(case))
    assert texts(response, "prose") == ["Since 5.14 today.", "Same trace as before", "We look into it"]
    (marked,) = texts(response, "note")
    assert marked.startswith("Internal note: the customer does not see this")
    assert texts(response, "clock-face")[0] == "kept"


def test_calendar_zone_is_shown_on_request(cast, ana, opened, signed_in, at):
    case = opened(ana)
    away = cast.staff("Ken Sato")
    with acting(cast.viewer(away)) as viewer:
        accounts.change_locale(person=away, locale=Locale(timezone="Asia/Tokyo"), by=viewer, at=at)
    client = signed_in(away)
    ours, theirs = client.get(page_of(case)), client.get(page_of(case) + "?zone=calendar")
    assert ["JST" in texts(each, "strip")[0] for each in (ours, theirs)] == [True, False]
    assert "In Bucharest time, as the calendar counts" in texts(ours, "case-clock")[0]
    assert "In Tokyo time" in texts(theirs, "case-clock")[0]


def test_superseded_promise_stays_readable(cast, dana, ana, opened, signed_in, at):
    case, viewer = opened(ana, severity="S3"), cast.viewer(dana)
    with acting(viewer):
        actions.change_severity(
            case_id=case.pk, new="S1", reason="It is down", seen=None, by=viewer, at=at + timedelta(minutes=1)
        )
    stories = texts(signed_in(dana).get(page_of(case)), "clock-story")
    assert stories[1].startswith("1 earlier promise, superseded within 8 business hours, Gold, S3")


def test_case_without_promise_says_why(cast, dana, opened, signed_in):
    case = opened(cast.contact(cast.organisation(plan="")))
    response = signed_in(dana).get(page_of(case)).content.decode()
    assert "No promise: the organisation had no support contract." in response
    assert "No support contract" in response


def test_expired_contract_is_told_with_its_end(cast, dana, opened, signed_in, at):
    case = opened(cast.contact(cast.organisation(ends_at=at - timedelta(days=3))))
    assert texts(signed_in(dana).get(page_of(case)), "lack")[0].startswith("Contract C-")


def test_later_entry_than_receipt_is_shown(cast, dana, ana, opened, signed_in, at):
    case = opened(ana)
    assert "entered" not in texts(signed_in(dana).get(page_of(case)), "case-facts")[0]
    with acting(cast.viewer(dana)) as viewer:
        new = actions.NewCase(
            subject="Called in the morning",
            message=NewMessage(body="By phone."),
            severity="S2",
            channel="staff",
            organisation_id=ana.organisation_id,
            contact_id=ana.pk,
            received_at=at - timedelta(hours=3),
        )
        logged = actions.open_case(new=new, by=viewer, at=at)
    assert "entered" in texts(signed_in(dana).get(page_of(logged)), "case-facts")[0]


def test_page_asks_as_often_for_three_messages_as_for_one(cast, dana, ana, opened, signed_in, at):
    client, case, viewer = signed_in(dana), opened(ana), cast.viewer(ana)
    counts = []
    for step in (1, 2, 3):
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(case))
        counts.append(len(captured))
        stored = NewFile(stored=files.store([b"log"]), name="log.txt", content_type="text/plain")
        with acting(viewer):
            more = NewMessage(body="More", files=(stored,))
            moment = at + timedelta(seconds=step)
            actions.reply(case_id=case.pk, message=more, seen=None, by=viewer, at=moment)
    assert counts[1] == counts[2]


def test_history_tells_every_entry_newest_first(cast, dana, ana, opened, signed_in, at):
    case, viewer = opened(ana), cast.viewer(dana)
    with acting(viewer):
        actions.assign(case_id=case.pk, staff_id=dana.pk, seen=None, by=viewer, at=at)
        actions.set_state(case_id=case.pk, new=State.IN_PROGRESS, seen=None, by=viewer, at=at)
    entries = texts(signed_in(dana).get(page_of(case, "history")), "entry")
    told = [
        "Changed the state from “Triage” to “In progress”",
        "Changed the state from “New” to “Triage”",
        "Assigned the case to Dana Ionescu",
        "Opened the case",
    ]
    assert [words in entry for words, entry in zip(told, entries, strict=True)] == [True] * 4
    assert entries[0].startswith("Dana Ionescu ")


def test_attachment_is_handed_to_who_may_read_its_case(cast, dana, ana, opened, signed_in, at):
    case, viewer = opened(ana), cast.viewer(ana)
    stored = NewFile(stored=files.store([b"hello log"]), name="mail.log", content_type="text/plain")
    with acting(viewer):
        actions.reply(
            case_id=case.pk, message=NewMessage(body="", files=(stored,)), seen=None, by=viewer, at=at
        )
        (attached,) = Attachment.objects.all()
    client = signed_in(dana)
    assert "mail.log" in texts(client.get(page_of(case)), "files")[0]
    response = client.get(page_of(case, "attachment", attachment_id=attached.pk))
    assert b"".join(response.streaming_content) == b"hello log"
    assert response.headers["Content-Disposition"] == 'attachment; filename="mail.log"'
    other = opened(ana)
    assert client.get(page_of(other, "attachment", attachment_id=attached.pk)).status_code == 404


def test_other_cases_of_the_customer_leave_bound_ones_out(cast, dana, opened, signed_in):
    kim = cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim")
    case = opened(kim, subject="Pump fails")
    opened(kim, subject="Valve sticks")
    chris = cast.staff("Chris Lee", eligible_us=True)
    inside, outside = (signed_in(who).get(page_of(case)) for who in (chris, dana))
    assert "Valve sticks" in texts(inside, "plain-list")[0]
    assert (outside.status_code, b"Valve sticks" in outside.content) == (404, False)


def test_earlier_promise_that_stands_after_a_raise_says_so(cast, dana, opened, signed_in, at):
    ana = cast.contact(cast.organisation(plan="platinum"))  # around the clock: whenever this runs
    case = opened(ana, severity="S2", when=at - timedelta(minutes=30))
    with acting(cast.viewer(dana)) as viewer:
        actions.change_severity(case_id=case.pk, new="S1", reason="Down", seen=None, by=viewer, at=at)
    told = "within 1 hour, Platinum, S2; raised to S1, but the earlier promise stands"
    assert texts(signed_in(dana).get(page_of(case)), "strip")[0].startswith(told)
