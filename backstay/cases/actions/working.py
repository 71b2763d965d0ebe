"""What agents leave behind while they work: drafts, their presence, saved views."""

from datetime import datetime
from typing import Any

from backstay.cases import rules
from backstay.cases.actions.touching import NotAllowed
from backstay.cases.models import Case, Draft, Presence, SavedView
from backstay.conversations.actions import MAX_BODY, MessageTooLong
from backstay.conversations.choices import Visibility
from backstay.core.scoping import Viewer

MAX_VIEW_NAME = 60


class BadViewName(ValueError):
    """No name, or one that is too long."""


def keep_draft(*, case: Case, visibility: Visibility, body: str, by: Viewer, at: datetime) -> None:
    """Remember what somebody has typed; an empty text forgets it."""
    if len(body) > MAX_BODY:
        raise MessageTooLong(f"{len(body)} characters; at most {MAX_BODY} fit")
    which: dict[str, Any] = {"case": case, "staff_id": by.id, "visibility": visibility}
    if body.strip():
        values = {"body": body, "updated_at": at, "boundary": case.boundary}
        Draft.objects.update_or_create(**which, defaults=values)
    else:
        Draft.objects.filter(**which).delete()


def look(*, case: Case, typing: bool, by: Viewer, at: datetime) -> None:
    """Say that somebody has the case open, and whether they are typing."""
    values: dict[str, Any] = {"seen_at": at, "boundary": case.boundary}
    if typing:
        values["typing_at"] = at
    Presence.objects.update_or_create(case=case, staff_id=by.id, defaults=values)


def leave(*, case: Case, by: Viewer) -> None:
    Presence.objects.filter(case=case, staff=by.id).delete()


def save_view(*, name: str, filters: dict[str, Any], shared: bool, by: Viewer) -> SavedView:
    """Keep a filter under a name: for oneself, or (leads) for everybody."""
    name = _named(name)
    if shared and not rules.may_share_views(by):
        raise NotAllowed("team leads share views")
    return SavedView.objects.create(name=name, filters=filters, staff_id=None if shared else by.id)


def rename_view(*, view: SavedView, name: str, by: Viewer) -> None:
    _require_own(view, by)
    SavedView.objects.filter(pk=view.pk).update(name=_named(name))


def drop_view(*, view: SavedView, by: Viewer) -> None:
    _require_own(view, by)
    view.delete()


def _named(name: str) -> str:
    if not 0 < len(name.strip()) <= MAX_VIEW_NAME:
        raise BadViewName(f"a view's name has 1 to {MAX_VIEW_NAME} characters")
    return name.strip()


def _require_own(view: SavedView, by: Viewer) -> None:
    if not rules.may_change_view(by, view):
        raise NotAllowed("one's own views, and those shared by team leads")
