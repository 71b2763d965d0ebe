"""The port to a virus scanner: ATTACHMENT_SCANNER is "", or "SCHEME:ADDRESS" of a registered one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

NOT_SCANNED = "not_scanned"
CLEAN = "clean"
INFECTED = "infected"


@dataclass(frozen=True)
class Verdict:
    """`state` is "not_scanned", "clean" or "infected"; `note` (up to 200 characters) what was found."""

    state: str
    note: str = ""


class Scanner(Protocol):
    def scan(self, file: BinaryIO) -> Verdict:
        """Read the file from where it stands to its end. Raises ScannerUnavailable without a verdict."""


_schemes: dict[str, Callable[[str], Scanner]] = {}


def register_scanner(scheme: str, build: Callable[[str], Scanner]) -> None:
    """Offer a scanner; `build(ADDRESS)` makes it, or raises ValueError saying what an address looks like."""
    _schemes[scheme] = build


def configured_scanner() -> Scanner | None:
    """The scanner of the settings, None if there is to be none. Raises ImproperlyConfigured."""
    wanted: str = settings.ATTACHMENT_SCANNER
    if not wanted:
        return None
    scheme, _, address = wanted.partition(":")
    if scheme not in _schemes:
        known = ", ".join(sorted(_schemes))
        raise ImproperlyConfigured(
            f"ATTACHMENT_SCANNER is {wanted!r}; it must be empty or begin with one of: {known}"
        )
    try:
        return _schemes[scheme](address)
    except ValueError as error:
        raise ImproperlyConfigured(f"ATTACHMENT_SCANNER is {wanted!r}: {error}") from error


@checks.register
def scanner_setting(**_: Any) -> list[checks.CheckMessage]:
    """A wrong setting stops the start, instead of the first file."""
    try:
        configured_scanner()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="backstay.scanner")]
    return []


def scan(file: BinaryIO) -> Verdict:
    """What the configured scanner says of the file, read from its beginning."""
    scanner = configured_scanner()
    if scanner is None:
        return Verdict(NOT_SCANNED)
    file.seek(0)
    return scanner.scan(file)
