"""Where the bytes lie: FILES_ROOT/ab/cd/KEY, and FILES_ROOT/incoming/KEY while they arrive.

A file gets its final name only when it is whole, on the disk, and scanned. So whatever is killed, a key that
was handed out names a whole file; the leftovers are swept.
"""

import hashlib
import os
import re
import secrets
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from backstay.core import scoping
from backstay.core.files.refusals import FileTooLarge
from backstay.core.files.scanning import INFECTED, Verdict, scan

_KEY = re.compile(r"(infected-)?[0-9a-f]{32}")
_INFECTED_PREFIX = "infected-"
SWEPT_AT_ONCE = 500


class FileMissing(LookupError):
    """There is no file of this key, or it is not as long as it was."""


class FileInfected(PermissionError):
    """The scanner found something in this file; it is kept, and not handed out."""


@dataclass(frozen=True)
class StoredFile:
    """`size` in bytes, `sha256` in hex, `scan_state` "not_scanned", "clean" or "infected"."""

    key: str
    size: int
    sha256: str
    scan_state: str
    scan_note: str


class Draft:
    """A file that is arriving: counted and hashed on its way to the disk, gone again unless `keep` is called.

    It removes itself when it is dropped, forgotten, or when the process ends; a killed process leaves it to
    the sweep. Not for use from two threads at once.
    """

    def __init__(self, max_bytes: int | None = None) -> None:
        self.size = 0
        self._limit = settings.ATTACHMENT_MAX_BYTES if max_bytes is None else max_bytes
        self._hash = hashlib.sha256()
        self._name = secrets.token_hex(16)
        self._path = _incoming() / self._name
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file: BinaryIO = open(self._path, "x+b", opener=_private)  # noqa: SIM115  # lives as long as the draft
        self._drop = weakref.finalize(self, _remove, self.file, self._path)
        self._verdict: Verdict | None = None

    def write(self, data: bytes) -> None:
        """Raises FileTooLarge, and writes nothing, when the file would pass its limit."""
        if self.size + len(data) > self._limit:
            raise FileTooLarge(self._limit)
        self.file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def seal(self) -> Verdict:
        """Bring it to the disk and have it scanned, once. Raises ScannerUnavailable."""
        if self._verdict is None:
            self.file.flush()
            os.fsync(self.file.fileno())
            self._verdict = scan(self.file)
        return self._verdict

    def keep(self) -> StoredFile:
        """Give it its final name; when this returns, neither a crash nor a power cut takes it away."""
        found = self.seal()
        key = _INFECTED_PREFIX + self._name if found.state == INFECTED else self._name
        final = _path(key)
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.rename(final)
        self._drop.detach()
        self.file.close()
        for folder in (final.parent, final.parent.parent, final.parent.parent.parent):
            _sync_folder(folder)
        return StoredFile(key, self.size, self.sha256, found.state, found.note)

    def drop(self) -> None:
        """Remove it, unless it was kept."""
        self._drop()


def store(chunks: Iterable[bytes], *, max_bytes: int | None = None) -> StoredFile:
    """Keep these bytes; `max_bytes` is ATTACHMENT_MAX_BYTES unless given.

    Raises FileTooLarge and ScannerUnavailable; after any error nothing is left. An infected file is kept
    under a key that is never opened, so that there is something to look at.
    """
    draft = Draft(max_bytes)
    try:
        for chunk in chunks:
            draft.write(chunk)
        return draft.keep()
    finally:
        draft.drop()


def open_stored(key: str) -> BinaryIO:
    """For reading; the caller closes it. Raises FileMissing and FileInfected."""
    if key.startswith(_INFECTED_PREFIX):
        raise FileInfected(key)
    try:
        return _path(key).open("rb")
    except FileNotFoundError as error:
        raise FileMissing(key) from error


def discard(key: str) -> None:
    """Remove a file for good; one that is gone already is no error."""
    _path(key).unlink(missing_ok=True)


def sweep_orphans(
    *,
    known: Callable[[Collection[str]], Collection[str]],
    older_than: timedelta = timedelta(days=1),
    at: datetime,
) -> int:
    """Remove files without a row, and those that never arrived whole. Returns how many.

    `known(keys)` answers which of some keys a row names. It is asked as a machine, because whoever sees fewer
    rows would have files removed that are in use: NoViewer or PermissionError otherwise. `older_than` must be
    longer than any transaction lasts: a file is written before the row that names it.
    """
    if not scoping.current().is_machine:
        raise PermissionError("only a machine that sees every row may sweep files")
    before = (at - older_than).timestamp()
    removed = 0
    for path in _older(_incoming(), before):
        path.unlink(missing_ok=True)
        removed += 1
    for batch in _batches(_stored_older(before)):
        used = set(known([path.name for path in batch]))
        for path in batch:
            if path.name not in used:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == SWEPT_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _stored_older(before: float) -> Iterator[Path]:
    for folder in settings.FILES_ROOT.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"):
        yield from (path for path in _older(folder, before) if _KEY.fullmatch(path.name))


def _older(folder: Path, before: float) -> list[Path]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.is_file() and entry.stat().st_mtime < before]


def _incoming() -> Path:
    root: Path = settings.FILES_ROOT
    return root / "incoming"


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise FileMissing(key)
    name = key.removeprefix(_INFECTED_PREFIX)
    root: Path = settings.FILES_ROOT
    return root / name[:2] / name[2:4] / key


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _remove(file: BinaryIO, path: Path) -> None:
    file.close()
    path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
