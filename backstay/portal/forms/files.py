"""Files that come with a form: taken, refused with a reason, or carried over a form that is shown again.

A file that was accepted is not asked for twice: while another field is put right, the page carries a signed
note of it. The note is good for its sender alone, and for less long than a file without a message is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backstay.conversations import queries as conversations
from backstay.conversations.actions import NewFile
from backstay.core import files
from backstay.core.files import FileRefused, StoredFile

FIELD, CARRIED = "attachments", "carried"
CARRIED_FOR_S = 12 * 3600


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came with a form: the files that were taken, and why others were not."""

    files: tuple[NewFile, ...] = ()
    refusals: tuple[str, ...] = ()
    owner: str = ""

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What the page shows and carries of each file."""
        return [
            {"name": file.name, "size": file.stored.size, "note": _note(file, self.owner)}
            for file in self.files
        ]


@dataclass
class _Taking:
    taken: list[NewFile] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def received(request: HttpRequest) -> Received:
    """The files of a posted form, those carried over included."""
    owner = str(request.user.pk)
    taking = _Taking()
    _take_carried(taking, request.POST.getlist(CARRIED), owner)
    _take_new(taking, request.FILES.getlist(FIELD))
    return Received(files=tuple(taking.taken), refusals=tuple(taking.refusals), owner=owner)


def _take_carried(taking: _Taking, notes: Sequence[str], owner: str) -> None:
    carried = [file for note in notes if (file := _read(note, owner)) is not None]
    used = conversations.used_keys([file.stored.key for file in carried])
    taking.taken += [file for file in carried if file.stored.key not in used]
    if len(carried) < len(notes):
        taking.refusals.append(gettext("A file of before could not be kept; please attach it again."))


def _take_new(taking: _Taking, uploads: Iterable["UploadedFile[Any]"]) -> None:
    for upload in uploads:
        name = files.safe_name(upload.name or "")
        try:
            if len(taking.taken) >= settings.ATTACHMENTS_PER_MESSAGE:
                raise files.TooManyFiles(settings.ATTACHMENTS_PER_MESSAGE)
            stored = files.from_upload(upload)
        except FileRefused as refusal:
            taking.refusals.append(f"{name}: {refusal}")
        else:
            kind = (upload.content_type or "")[:100]
            taking.taken.append(NewFile(stored=stored, name=name, content_type=kind))


def _note(file: NewFile, owner: str) -> str:
    return signing.dumps(asdict(file), salt=_salt(owner))


def _read(note: str, owner: str) -> NewFile | None:
    try:
        facts = signing.loads(note, salt=_salt(owner), max_age=CARRIED_FOR_S)
    except signing.BadSignature:
        return None
    return NewFile(**facts | {"stored": StoredFile(**facts["stored"])})


def _salt(owner: str) -> str:
    return f"portal.carried-file.{owner}"


class FilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True})


def limits() -> str:
    """How many files, and how large."""
    count = settings.ATTACHMENTS_PER_MESSAGE
    words = ngettext(
        "Up to %(count)d file, %(size)s at most: logs, screenshots, configuration. No passwords, please.",
        "Up to %(count)d files, %(size)s each: logs, screenshots, configuration. No passwords, please.",
        count,
    )
    return words % {"count": count, "size": filesizeformat(settings.ATTACHMENT_MAX_BYTES)}


class FilesField(forms.FileField):
    """Drawn like any field; what arrives is taken by `received`, so that nothing is lost with a bad form."""

    def __init__(self) -> None:
        super().__init__(label=_("Files"), required=False, widget=FilesInput(), help_text=lazy(limits, str)())

    def clean(self, data: Any, initial: Any = None) -> None:
        """Nothing to check here."""


class WithFiles(forms.Form):
    """A form that may carry files."""

    def __init__(self, *args: Any, received: Received | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = received or Received()

    @property
    def carried(self) -> list[dict[str, Any]]:
        return self.received.notes

    def clean(self) -> dict[str, Any]:
        for refusal in self.received.refusals:
            self.add_error(FIELD, refusal)
        return self.cleaned_data
