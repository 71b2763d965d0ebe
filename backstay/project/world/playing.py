"""Has stories happen: act by act in the order of time, with the sweeper at every mark in between."""

from collections.abc import Callable, Iterable
from datetime import datetime

from backstay.cases import actions as cases
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Visibility
from backstay.core import readers
from backstay.project.world.happenings import (
    Act,
    Assign,
    ChangeSeverity,
    Close,
    Follow,
    Note,
    Open,
    Reopen,
    Reply,
    Story,
)
from backstay.sla import queries as sla
from backstay.sla.jobs import sweep

Progress = Callable[[int, int], None]  # acts done, acts in all


def play(stories: Iterable[Story], *, until: datetime, progress: Progress) -> None:
    """Everything that happens by `until`. Each act is checked as its own actor's."""
    acts = [
        (act.at, number, step, act)
        for number, story in enumerate(stories)
        for step, act in enumerate(story.acts)
        if act.at <= until
    ]
    acts.sort(key=lambda each: each[:3])
    keys: dict[int, int] = {}  # of the case that a story has become
    swept = min((act.at for *_, act in acts), default=until)
    for done, (at, number, _step, act) in enumerate(acts, 1):
        swept = _sweep(swept, at)
        _happen(act, number, keys)
        progress(done, len(acts))
    _sweep(swept, until)
    readers.catch_up(at=until)
    readers.pass_over()


def _sweep(since: datetime, until: datetime) -> datetime:
    """Have every mark recorded at its second, and told to whoever follows."""
    due = sla.next_due(after=since)
    while due is not None and due <= until:
        since = due
        due = sweep(at=since)[1]
        readers.catch_up(at=since)
    return since


def _happen(act: Act, number: int, keys: dict[int, int]) -> None:
    what, by, at = act.what, act.by, act.at
    if isinstance(what, Open):
        keys[number] = _open(what, act)
        return
    case_id = keys[number]
    match what:
        case Reply(text, state):
            message = NewMessage(body=text)
            cases.reply(case_id=case_id, message=message, new_state=state, seen=None, by=by, at=at)
        case Note(text):
            message = NewMessage(body=text, visibility=Visibility.INTERNAL)
            cases.note(case_id=case_id, message=message, by=by, at=at)
        case Assign(staff_id):
            cases.assign(case_id=case_id, staff_id=staff_id, seen=None, by=by, at=at)
        case ChangeSeverity(new, reason):
            cases.change_severity(case_id=case_id, new=new, reason=reason, seen=None, by=by, at=at)
        case Close(reason):
            cases.close(case_id=case_id, reason=reason, seen=None, by=by, at=at)
        case Follow(contact_id):
            cases.add_participant(case_id=case_id, contact_id=contact_id, by=by, at=at)
        case Reopen(reason):
            cases.reopen(case_id=case_id, reason=reason, seen=None, by=by, at=at)


def _open(what: Open, act: Act) -> int:
    new = NewCase(
        subject=what.subject,
        message=NewMessage(body=what.text),
        severity=what.severity,
        channel=what.channel,
        organisation_id=what.organisation_id,
        contact_id=what.contact_id,
        product_id=what.product_id,
        product_version_id=what.product_version_id,
        device_id=what.device_id,
        received_at=what.received_at,
    )
    return cases.open_case(new=new, by=act.by, at=act.at).pk
