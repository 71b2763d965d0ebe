from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from backstay.cases import actions, queries
from backstay.cases.choices import State
from backstay.conversations.actions import NewMessage
from backstay.conversations.models import Attachment, Message
from backstay.core.scoping import acting
from tests.console.pages import HTMX, htmx, texts, value_of
from tests.fixtures.cast import SETUP


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def case(cast, opened):
    return opened(cast.contact(cast.organisation()))


@pytest.fixture
def send(dana, case, signed_in):
    """`send("reply", body=...)`: what the page's form sends, as it was read; answers the response."""
    client = signed_in(dana)
    page = client.get(reverse("console:case", args=[case.number]))

    def post(name="reply", *, headers=None, **values):
        given = {
            "seen": value_of(page, "seen"),
            "new_state": "in_progress",
            "idempotency_key": value_of(page, "idempotency_key"),
        }
        address = reverse(f"console:{name}", args=[case.number])
        return client.post(address, given | values, headers=headers)

    return post


def said(case):
    with acting(SETUP):
        rows = Message.objects.filter(conversation=case.conversation_id).order_by("id")
        return [(row.visibility, row.author_name, row.body) for row in rows][1:]


def test_reply_is_sent_once_and_the_clock_is_met(send, case, reread):
    first, again = send(body="We look into it."), send(body="We look into it.")
    assert [each.status_code for each in (first, again)] == [303, 303]
    assert first.headers["Location"] == again.headers["Location"] == f"/console/cases/{case.number}"
    assert said(case) == [("public", "Dana Ionescu", "We look into it.")]
    case = reread(case)
    assert (case.state, case.next_due_at, case.current_clocks[0].clock.state) == (
        State.IN_PROGRESS,
        None,
        "stopped",
    )


def test_same_form_with_other_words_is_not_taken_for_a_repetition(send, case):
    send(body="One")
    assert send(body="Two").status_code == 422
    assert said(case) == [("public", "Dana Ionescu", "One")]


def test_reply_by_htmx_answers_the_case_with_an_empty_form(send, case):
    response = send(body="We look into it.", headers=htmx("case"))
    assert response.status_code == 200
    assert texts(response, "prose")[-1] == "We look into it."
    assert texts(response, "toast") == ["Reply sent"]
    assert b"<html" not in response.content
    assert response.content.count(b'hx-preserve="true"') == 2  # the note's text and files stay


def test_reply_can_wait_on_the_customer_and_propose_a_solution(send, case, reread):
    assert send(body="Which version?", new_state="waiting_on_customer").status_code == 303
    assert reread(case).state == State.WAITING_ON_CUSTOMER


@pytest.mark.parametrize("state", ["closed", "new", "nonsense"])
def test_reply_offers_no_state_that_the_life_cycle_forbids(state, send, case):
    assert send(body="Hello", new_state=state).status_code == 422
    assert said(case) == []


def test_empty_reply_is_422_with_a_summary_that_leads_to_the_field(send, case):
    response = send(body="  ", headers=HTMX)
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#reply-trouble"
    assert texts(response, "error-summary") == [
        "Please look at this again Reply: Write something, or attach a file."
    ]
    assert b'href="#reply_body"' in response.content
    whole = send(body="  ")
    assert (whole.status_code, len(texts(whole, "compose"))) == (422, 1)


def test_reply_takes_files(send, case):
    assert send(body="", attachments=SimpleUploadedFile("fix.txt", b"rollback")).status_code == 303
    with acting(SETUP):
        assert list(Attachment.objects.values_list("name", "size")) == [("fix.txt", 8)]


def test_colleagues_reply_meanwhile_is_shown_before_ours_is_sent(send, case, cast, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        later = at + timedelta(seconds=1)
        theirs = NewMessage(body="Roll back to 5.13.")
        actions.reply(case_id=case.pk, message=theirs, seen=None, by=mihai, at=later)
    stopped = send(body="Same idea", headers=HTMX)
    assert (stopped.status_code, stopped.headers["HX-Retarget"]) == (409, "#reply-trouble")
    assert texts(stopped, "prose") == ["Roll back to 5.13."]
    assert texts(stopped, "entry")[0].startswith("Mihai Pop : Wrote a message")
    assert said(case) == [("public", "Mihai Pop", "Roll back to 5.13.")]
    anyway = send(body="Same idea", seen=value_of(stopped, "seen"))
    assert anyway.status_code == 303
    assert [author for _, author, _ in said(case)] == ["Mihai Pop", "Dana Ionescu"]


def test_conflict_on_a_whole_page_keeps_what_was_typed(send, case, cast, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        later = at + timedelta(seconds=1)
        actions.set_state(case_id=case.pk, new=State.TRIAGE, seen=None, by=mihai, at=later)
    response = send(body="My long answer")
    assert response.status_code == 409
    assert b"My long answer" in response.content
    assert "Mihai Pop" in texts(response, "meanwhile")[0]


def test_ones_own_changes_meanwhile_are_no_conflict(send, case, dana, cast, at):
    viewer = cast.viewer(dana)
    with acting(viewer):
        later = at + timedelta(seconds=1)
        actions.assign(case_id=case.pk, staff_id=dana.pk, seen=None, by=viewer, at=later)
    assert send(body="Mine now").status_code == 303


@pytest.mark.parametrize("seen", ["0", "x", ""])
def test_nonsense_about_what_was_seen_does_not_break_the_page(seen, send):
    assert send(body="Hello", seen=seen).status_code in {303, 409}


def test_reply_stops_for_what_began_before_the_page_was_read_and_was_done_after_it(send, case, cast, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        actions.set_state(case_id=case.pk, new=State.TRIAGE, seen=None, by=mihai, at=at)
    stopped = send(body="We look.", headers=HTMX)
    assert (stopped.status_code, said(case)) == (409, [])
    assert texts(stopped, "entry")[0].startswith("Mihai Pop : Changed the state")


def test_note_is_internal_and_minds_no_conflict(send, case, cast, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        later = at + timedelta(seconds=1)
        actions.set_state(case_id=case.pk, new=State.TRIAGE, seen=None, by=mihai, at=later)
    response = send("note", body="Seen before", headers=htmx("case"))
    assert (response.status_code, texts(response, "toast")) == (200, ["Note saved"])
    assert said(case) == [("internal", "Dana Ionescu", "Seen before")]


def test_closed_case_is_not_answered(send, case, cast, reread, at):
    ana = cast.viewer(case.contact)
    with acting(ana):
        actions.close(case_id=case.pk, reason="", seen=None, by=ana, at=at)
    fresh = str(reread(case).version)
    assert send(body="Too late", seen=fresh).status_code == 422
    assert said(case) == []


def test_draft_is_kept_for_its_writer_and_kind_and_gone_when_sent(send, case, dana, cast, signed_in):
    assert send("draft", visibility="public", body="Half a thought").status_code == 204
    assert send("draft", visibility="internal", body="A doubt").status_code == 204
    address = reverse("console:case", args=[case.number])
    page, others = (signed_in(who).get(address) for who in (dana, cast.staff("Mihai Pop")))
    assert [(word in page.content, word in others.content) for word in (b"Half a thought", b"A doubt")] == [
        (True, False),
        (True, False),
    ]
    send(body="Half a thought")
    with acting(SETUP):
        assert queries.drafts(case, dana.pk) == {"internal": "A doubt"}


def test_draft_that_is_too_long_is_refused(send):
    assert send("draft", body="x" * 100_001).status_code == 422


def test_others_are_seen_looking_and_typing(send, case, cast, signed_in):
    mihai = signed_in(cast.staff("Mihai Pop"))
    presence = reverse("console:presence", args=[case.number])
    assert texts(mihai.post(presence), "presence") == []
    assert texts(send("presence"), "presence") == ["MP Mihai Pop is looking"]
    send("draft", body="Dear")
    assert texts(mihai.post(presence), "presence") == ["DI Dana Ionescu is typing"]


def test_draft_is_kept_without_what_the_database_cannot_hold(dana, case, send):
    assert send("draft", body="half\0 typed", visibility="public").status_code == 204
    with acting(SETUP):
        assert queries.drafts(case, dana.pk) == {"public": "half typed"}


def test_reply_bears_a_version_of_thousands_of_digits(case, send):
    assert send(body="We look.", seen="9" * 5000).status_code == 303
    assert said(case) == [("public", "Dana Ionescu", "We look.")]


def test_file_of_an_endless_type_is_kept_with_what_fits(case, send):
    file = SimpleUploadedFile("trace.log", b"data", content_type=f"text/{'x' * 300}")
    assert send(body="See the log.", attachments=file).status_code == 303
    with acting(SETUP):
        assert Attachment.objects.get().content_type == f"text/{'x' * 95}"
