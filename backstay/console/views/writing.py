"""Writing in a case: replies, notes, drafts, and who else is here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backstay.cases import actions, queries
from backstay.cases.actions import CaseChanged
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.console import filters, forms, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, case_or_404, done_once, into, page, see, wants_part
from backstay.console.rows import Said, said
from backstay.console.views.cases import case_context, keeping, reply_states
from backstay.console.wording import Line
from backstay.conversations.actions import EmptyMessage, MessageTooLong, NewFile, NewMessage
from backstay.conversations.choices import Visibility
from backstay.core import audit
from backstay.core.files import FileRefused, from_upload, safe_name
from backstay.core.models import AuditEntry
from backstay.core.scoping import Viewer, current

TYPING = timedelta(seconds=12)


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """What colleagues and the customer did since the page was read."""

    lines: list[tuple[AuditEntry, Line]]
    messages: list[Said]


def meanwhile(case: Case, seen: int | None, *, besides: Viewer | None = None) -> Meanwhile:
    """What was done to a case after its version `seen`, by others where one is left out.

    Versions are given under the case's lock. Instants would not do: who began before the page was read, and
    was done after it, would be missed.
    """
    entries = audit.of(("case", case.pk))
    if besides is not None:
        entries = entries.exclude(actor_kind=besides.kind, actor_id=besides.id)
    if seen is not None:
        entries = entries.filter(facts__version__gt=seen)
    found = list(entries.exclude(kind="case_clock_marked"))
    wrote = {entry.facts["message"] for entry in found if entry.kind in {"case_replied", "case_noted"}}
    return Meanwhile(
        lines=[(entry, wording.line(entry, wording.Names())) for entry in found],
        messages=[each for each in said(case) if each.message.pk in wrote],
    )


@staff_only
@require_POST
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Send a public reply. If others changed the case meanwhile, what they did is shown first."""
    case = case_or_404(number)
    form = forms.ReplyForm(
        request.POST,
        request.FILES,
        states=reply_states(case),
        auto_id="reply_%s",
        use_required_attribute=False,
    )
    seen = filters.key(request.POST.get("seen", ""))
    try:
        _checked(form)
        done_once(request, lambda: _reply(case, form, seen), case=case)
    except CaseChanged as error:
        return _in_the_way(request, case, error, form)
    except wording.REFUSED as error:
        form.add_error(None, wording.refusal(error))
    except (EmptyMessage, MessageTooLong, FileRefused, SentBefore, _Wrong) as error:
        _blame(form, error)
    else:
        return _written(request, case, _("Reply sent"), keep="note_form")
    return _refused(request, case, {"reply_form": form}, "reply")


def _reply(case: Case, form: forms.ReplyForm, seen: int | None) -> str:
    """One's own changes since the page was read are no conflict."""
    by, at = current(), timezone.now()
    state = State(form.cleaned_data["new_state"])
    message = NewMessage(body=form.cleaned_data["body"], files=files_of(form.cleaned_data["attachments"]))
    if seen is not None and seen != case.version and not meanwhile(case, seen, besides=by).lines:
        seen = case.version
    actions.reply(case_id=case.pk, message=message, new_state=state, seen=seen, by=by, at=at)
    return reverse("console:case", args=[case.number])


@staff_only
@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Write an internal note. Nothing that others did stands in its way."""
    case = case_or_404(number)
    form = forms.NoteForm(request.POST, request.FILES, auto_id="note_%s", use_required_attribute=False)
    try:
        _checked(form)
        done_once(request, lambda: _note(case, form), case=case)
    except (EmptyMessage, MessageTooLong, FileRefused, SentBefore, _Wrong) as error:
        _blame(form, error)
        return _refused(request, case, {"note_form": form}, "note")
    return _written(request, case, _("Note saved"), keep="reply_form")


def _note(case: Case, form: forms.NoteForm) -> str:
    message = NewMessage(
        body=form.cleaned_data["body"],
        visibility=Visibility.INTERNAL,
        files=files_of(form.cleaned_data["attachments"]),
    )
    actions.note(case_id=case.pk, message=message, by=current(), at=timezone.now())
    return reverse("console:case", args=[case.number])


class _Wrong(ValueError):
    """The form says itself what is wrong with it."""


def _checked(form: Any) -> None:
    if not form.is_valid():
        raise _Wrong


def _blame(form: Any, error: Exception) -> None:
    if isinstance(error, FileRefused):
        form.add_error("attachments", str(error))
    elif isinstance(error, EmptyMessage):
        form.add_error("body", _("Write something, or attach a file."))
    elif isinstance(error, MessageTooLong):
        form.add_error("body", _("This is too long; attach it as a file."))
    elif not isinstance(error, _Wrong):
        form.add_error(None, str(error))


def files_of(given: Iterable[Any]) -> tuple[NewFile, ...]:
    return tuple(
        NewFile(
            stored=from_upload(file), name=safe_name(file.name), content_type=(file.content_type or "")[:100]
        )
        for file in given
    )


def _written(request: HttpRequest, case: Case, words: str, *, keep: str) -> HttpResponse:
    """The case with what was written. What stands in the other form (`keep`) stays."""
    if not wants_part(request):
        return see(reverse("console:case", args=[case.number]))
    context = case_context(request, case_or_404(case.number), told=words)
    return page(request, "console/case.html#case", keeping(context, keep))


def _in_the_way(request: HttpRequest, case: Case, error: CaseChanged, form: forms.ReplyForm) -> HttpResponse:
    """409: what others did, and the choice to send all the same. What was typed stays in its place."""
    context = {
        "meanwhile": meanwhile(case, error.seen, besides=current()),
        "case": case,
        "seen": error.case.version,
    }
    if wants_part(request):
        return into(page(request, "console/case.html#meanwhile", context, status=409), "reply-trouble")
    whole = case_context(request, case, reply_form=form, rail=panels.rail(current(), counted=False))
    return page(request, "console/case.html", whole | context, status=409)


def _refused(request: HttpRequest, case: Case, wrong: dict[str, Any], which: str) -> HttpResponse:
    """422: what is wrong with the form, which stays as it was typed."""
    if wants_part(request):
        (form,) = wrong.values()
        part = page(request, "console/case.html#trouble", {"form": form}, status=422)
        return into(part, f"{which}-trouble")
    context = case_context(request, case, **wrong, rail=panels.rail(current(), counted=False))
    return page(request, "console/case.html", context, status=422)


@staff_only
@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is being typed, and tell the others that somebody types."""
    case, by, at = case_or_404(number), current(), timezone.now()
    body = request.POST.get("body", "").replace("\0", "")  # which PostgreSQL refuses
    is_note = request.POST.get("visibility") == Visibility.INTERNAL
    visibility = Visibility.INTERNAL if is_note else Visibility.PUBLIC
    try:
        actions.keep_draft(case=case, visibility=visibility, body=body, by=by, at=at)
    except MessageTooLong:
        return HttpResponse(status=422)
    actions.look(case=case, typing=True, by=by, at=at)
    return HttpResponse(status=204)


@staff_only
@require_POST
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """Say that one has the case open, and hear who else has."""
    case, by, at = case_or_404(number), current(), timezone.now()
    actions.look(case=case, typing=False, by=by, at=at)
    others = [
        (each.staff.name, "typing" if each.typing_at and each.typing_at > at - TYPING else "looking")
        for each in queries.present(case, besides=by.id, at=at)
    ]
    return page(request, "console/case.html#presence", {"others": others})
