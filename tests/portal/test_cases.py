from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.cases import actions, queries
from backstay.cases.choices import State
from backstay.conversations.choices import ScanState
from backstay.conversations.models import Attachment
from backstay.core import files
from backstay.core.scoping import acting


def read(world, case):
    with acting(world.cast.viewer(world.ana)):
        return queries.by_number(case.number)


def attach(world, case, name="log.txt", content=b"0123456789"):
    """The address of a file that Ana attached to a reply."""
    upload = SimpleUploadedFile(name, content, content_type="text/plain")
    world.page(world.ana).post(f"/cases/{case.number}", {"body": "see the log", "attachments": upload})
    with acting(world.cast.viewer(world.ana)):
        return f"/cases/{case.number}/files/{Attachment.objects.latest('id').pk}"


def test_case_page_shows_promise_messages_and_history_in_customers_words(world):
    case, dana = world.open(), world.cast.staff()
    world.reply(case, dana, "Which version?", new_state=State.WAITING_ON_CUSTOMER)
    shown = world.page(world.ana).get(f"/cases/{case.number}?lang=en")
    assert [said.body for said in shown.context["said"]] == ["Since **5.14**.", "Which version?"]
    assert [line.words for line in shown.context["history"]] == [
        "Ana Marin opened the case, severity S1.",
        "The case waits for your answer.",
    ]
    assert shown.context["state"].waits_on_me
    assert "<strong>5.14</strong>" in shown.content.decode()


def test_case_page_explains_every_stretch_in_the_readers_zone_or_the_calendars(world):
    case = world.open(severity="S3")
    page = world.page(world.ana)
    why = page.get(f"/cases/{case.number}?lang=en").context["why"]
    assert why.reason == "Within 8 business hours: Gold plan, severity S3."
    assert why.hours == "What counts: 8 hours, business days, in Bucharest time."
    assert [(span.kind, span.note, span.end - span.start) for span in why.spans] == [
        ("counted", "Support hours", timedelta(hours=7)),
        ("skipped", "Outside support hours", timedelta(hours=16)),
        ("counted", "Support hours", timedelta(hours=1)),
    ]
    world.ana.timezone = "America/New_York"
    with acting(world.cast.viewer(world.ana)):
        world.ana.save()
    assert page.get(f"/cases/{case.number}").context["why_zone"] == "America/New_York"
    assert page.get(f"/cases/{case.number}?times=calendar").context["why_zone"] == "Europe/Bucharest"


def test_case_page_takes_as_many_queries_for_three_replies_as_for_one(world):
    case, dana, page = world.open(), world.cast.staff(), world.page(world.ana)

    def count():
        with CaptureQueriesContext(connection) as captured:
            page.get(f"/cases/{case.number}")
        return len(captured)

    world.reply(case, dana)
    page.get(f"/cases/{case.number}")
    one = count()
    world.reply(case, dana)
    world.reply(case, world.ana)
    assert count() == one
    assert one <= 35


def test_reply_is_said_and_brings_a_waiting_case_back_to_work(world):
    case = world.open()
    world.reply(case, world.cast.staff(), new_state=State.WAITING_ON_CUSTOMER)
    answer = world.page(world.ana).post(f"/cases/{case.number}", {"body": "It is 5.14.2"})
    assert answer.status_code == 303
    assert answer["Location"].startswith(f"/cases/{case.number}#message-")
    assert read(world, case).state == State.IN_PROGRESS


def test_reply_sent_twice_is_said_once(world):
    case, page = world.open(), world.page(world.ana)
    for _ in range(2):
        page.post(f"/cases/{case.number}", {"body": "Once", "idempotency_key": "k"})
    said = page.get(f"/cases/{case.number}").context["said"]
    assert [message.body for message in said] == ["Since **5.14**.", "Once"]


def test_empty_reply_is_refused_and_a_file_alone_is_one(world):
    case, page = world.open(), world.page(world.ana)
    refused = page.post(f"/cases/{case.number}", {"body": " "})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["body"])
    upload = SimpleUploadedFile("log.txt", b"x")
    assert page.post(f"/cases/{case.number}", {"body": "", "attachments": upload}).status_code == 303


def test_reply_to_a_case_closed_meanwhile_is_kept_and_told(world):
    case, ana = world.open(), world.cast.viewer(world.ana)
    with acting(ana):
        actions.close(case_id=case.pk, seen=None, by=ana, at=world.at)
    refused = world.page(world.ana).post(f"/cases/{case.number}", {"body": "Wait, not yet"})
    assert refused.status_code == 409
    assert "Wait, not yet</textarea>" in refused.content.decode()


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("<script>alert(1)</script>", "<script>alert"),
        ("[x](javascript:alert(1))", 'href="javascript'),
        ("<img src=x onerror=alert(1)>", "<img src=x"),
    ],
)
def test_markdown_of_others_cannot_harm(world, typed, never):
    case = world.open()
    world.reply(case, world.cast.staff(), f"{typed} and **bold**")
    text = world.page(world.ana).get(f"/cases/{case.number}").content.decode()
    assert never not in text
    assert "<strong>bold</strong>" in text


def test_file_is_handed_out_whole_and_in_part(world):
    address, page = attach(world, world.open()), world.page(world.ana)
    whole = page.get(address)
    part = page.get(address, headers={"Range": "bytes=2-4"})
    assert (whole.status_code, b"".join(whole)) == (200, b"0123456789")
    assert (part.status_code, b"".join(part)) == (206, b"234")
    assert whole["Content-Disposition"] == 'attachment; filename="log.txt"'


def test_file_is_not_handed_out_to_others_nor_through_another_case(world):
    case, other = world.open(), world.open()
    address = attach(world, case)
    eva = world.cast.contact(world.cast.organisation(name="Other"), "Eva")
    assert world.page(eva).get(address).status_code == 404
    wrong = address.replace(f"/{case.number}/", f"/{other.number}/")
    assert world.page(world.ana).get(wrong).status_code == 404


def test_file_of_an_internal_note_is_not_handed_out(world):
    case = world.open()
    note = world.note(case, world.cast.staff(), "see file")
    with acting(world.cast.viewer(world.ana)):
        facts = {"name": "n", "content_type": "", "size": 1, "sha256": "", "scan_state": "clean"}
        hidden = Attachment.objects.create(message=note, boundary="open", storage_key="0" * 32, **facts)
    page = world.page(world.ana)
    assert page.get(f"/cases/{case.number}/files/{hidden.pk}").status_code == 404


def test_infected_file_is_named_and_never_handed_out(world):
    case = world.open()
    address = attach(world, case)
    with acting(world.cast.viewer(world.ana)):
        Attachment.objects.update(scan_state=ScanState.INFECTED)
    page = world.page(world.ana)
    assert page.get(address).status_code == 403
    text = page.get(f"/cases/{case.number}").content.decode()
    assert "log.txt" in text
    assert address not in text


def test_late_promise_is_admitted(world, monkeypatch):
    case = world.open()
    later = world.at + timedelta(hours=3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    shown = world.page(world.ana).get(f"/cases/{case.number}?lang=en")
    assert shown.context["standing"].pace == "late"
    assert "Our answer is late." in shown.content.decode()


def test_file_that_is_gone_is_not_found(world):
    case = world.open()
    address = attach(world, case)
    with acting(world.cast.viewer(world.ana)):
        files.discard(Attachment.objects.get().storage_key)
    assert world.page(world.ana).get(address).status_code == 404
