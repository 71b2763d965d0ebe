import hashlib

from django.conf import settings

from backstay.conversations.models import Attachment
from backstay.core import files
from backstay.core.scoping import acting
from tests.api.conftest import problem
from tests.fixtures.cast import SETUP

NOW = "2026-11-18T08:00:00Z"
LOG = ("mail.log", b"0123456789", "text/plain")
SHA256 = hashlib.sha256(LOG[1]).hexdigest()


def message(said, **values):
    """What a message looks like, with its id as it was given."""
    usual = {
        "id": said["id"],
        "visibility": "public",
        "author_kind": "contact",
        "author": "Ana Marin",
        "body": "",
        "sent_at": NOW,
        "recorded_at": NOW,
        "attachments": [],
    }
    return usual | values


def file(said, name="mail.log"):
    return {
        "id": said["attachments"][0]["id"],
        "name": name,
        "content_type": "text/plain",
        "size": 10,
        "sha256": SHA256,
        "scan_state": "not_scanned",
    }


def test_messages_are_told_in_order_and_notes_to_staff_only(world):
    path = f"/cases/{world.open_case()['number']}"
    reply = world["agent"].post(f"{path}/messages", {"body": "We look."})
    note = world["agent"].post(f"{path}/notes", {"body": "A known one."})
    assert (reply.status_code, note.status_code) == (201, 201)
    said = world["agent"].get(f"{path}/messages").json()
    assert said["next"] is None
    assert said["items"] == [
        message(said["items"][0], body="Since 5.14."),
        message(reply.json(), body="We look.", author_kind="staff", author="Dana Ionescu"),
        message(
            note.json(),
            body="A known one.",
            author_kind="staff",
            author="Dana Ionescu",
            visibility="internal",
        ),
    ]
    assert world["ana"].get(f"{path}/messages").json()["items"] == said["items"][:2]


def test_reply_of_staff_meets_the_promise(world):
    path = f"/cases/{world.open_case()['number']}"
    world["agent"].post(f"{path}/messages", {"body": "We look.", "state": "waiting_on_customer", "seen": 1})
    case = world["agent"].get(path).json()
    clock = case["clocks"][0]
    assert (case["state"], clock["state"], clock["stopped_at"], clock["breached_at"]) == (
        "waiting_on_customer",
        "stopped",
        NOW,
        None,
    )


def test_reply_to_an_old_version_is_refused_with_the_new_one(world):
    path = f"/cases/{world.open_case()['number']}"
    world["agent"].post(f"{path}/messages", {"body": "We look."})
    response = world["ana"].post(f"{path}/messages", {"body": "Hello?", "seen": 1})
    assert (problem(response)[:2], response.json()["version"]) == ((409, "The case has changed"), 2)


def test_files_come_with_a_reply_or_as_a_message_of_their_own(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    alone = world["ana"].upload(path, LOG)
    assert alone.status_code == 201
    assert alone.json() == message(alone.json(), attachments=[file(alone.json())])
    both = world["agent"].upload(path, LOG, ("b.bin", b"", ""), body="See these.", state="in_progress").json()
    assert both["body"] == "See these."
    assert [each["name"] for each in both["attachments"]] == ["mail.log", "b.bin"]


def test_files_of_a_note_stay_inside(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    assert problem(world["ana"].upload(path, LOG, visibility="internal"))[0] == 403
    note = world["agent"].upload(path, LOG, visibility="internal").json()
    one = f"{path}/{note['attachments'][0]['id']}"
    assert (note["visibility"], world["agent"].get(one).getvalue()) == ("internal", LOG[1])
    assert problem(world["ana"].get(one))[0] == 404


def test_download_gives_the_file_or_the_part_that_was_asked_for(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    one = f"{path}/{world['ana'].upload(path, LOG).json()['attachments'][0]['id']}"
    whole = world["agent"].get(one)
    assert (whole.getvalue(), whole["Content-Disposition"]) == (LOG[1], 'attachment; filename="mail.log"')
    part = world["ana"].get(one, Range="bytes=2-4")
    assert (part.status_code, part.getvalue(), part["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert world["ana"].get(one, If_None_Match=f'"{SHA256}"').status_code == 304
    head = world["ana"].send("HEAD", one)
    assert (head.status_code, head["Content-Length"], head.content) == (200, "10", b"")


def test_download_beyond_the_end_is_a_problem_that_says_where_the_end_is(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    one = f"{path}/{world['ana'].upload(path, LOG).json()['attachments'][0]['id']}"
    response = world["ana"].get(one, Range="bytes=10-")
    assert (problem(response)[0], response["Content-Range"]) == (416, "bytes */10")


def test_an_infected_file_is_not_handed_out(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    attachment = world["ana"].upload(path, LOG).json()["attachments"][0]["id"]
    with acting(SETUP):
        row = Attachment.objects.get(pk=attachment)
        row.storage_key, row.scan_state = f"infected-{row.storage_key}", "infected"
        row.save()
    title = "The scanner found something in this file"
    assert problem(world["ana"].get(f"{path}/{attachment}"))[:2] == (403, title)


def test_files_that_are_too_large_or_too_many_are_refused(world, monkeypatch):
    path = f"/cases/{world.open_case()['number']}/attachments"
    monkeypatch.setattr(settings, "ATTACHMENT_MAX_BYTES", 9)
    assert problem(world["ana"].upload(path, LOG))[:2] == (413, "File too large")
    monkeypatch.setattr(settings, "ATTACHMENTS_PER_MESSAGE", 1)
    files = [("a", b"a", ""), ("b", b"b", "")]
    assert problem(world["ana"].upload(path, *files))[:2] == (422, "Too many files")
    assert len(world["ana"].get(path.replace("attachments", "messages")).json()["items"]) == 1


def test_upload_without_a_file_is_refused(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    response = world["ana"].upload(path, body="no file")
    assert problem(response)[0] == 422
    assert response.json()["errors"] == [{"where": ["file", "files"], "what": "Field required"}]


def test_the_same_upload_under_its_key_is_stored_once(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    key = {"Idempotency-Key": "upload 1"}
    first = world["ana"].upload(path, LOG, body="one", headers=key)
    stored = sum(1 for each in settings.FILES_ROOT.glob("*/*/*"))
    again = world["ana"].upload(path, LOG, body="one", headers=key)
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert sum(1 for each in settings.FILES_ROOT.glob("*/*/*")) == stored
    other = ("mail.log", b"9876543210", "text/plain")
    assert problem(world["ana"].upload(path, other, body="one", headers=key))[:2] == (
        422,
        "Idempotency key reused",
    )


def test_file_that_is_gone_is_not_found(world):
    path = f"/cases/{world.open_case()['number']}/attachments"
    one = f"{path}/{world['ana'].upload(path, LOG).json()['attachments'][0]['id']}"
    with acting(SETUP):
        key = Attachment.objects.get().storage_key
    files.discard(key)
    gone = world["ana"].get(one)
    assert (problem(gone)[0], key in gone.content.decode()) == (404, False)
