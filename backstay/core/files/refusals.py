"""Why a file is not taken, in words for the person who sent it.

The words are made when they are read, because a file is received before anybody's language is known.
"""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, ngettext


class FileRefused(Exception):
    """The file was not stored, and nothing of it is left behind. `str()` is for people."""


class FileTooLarge(FileRefused):
    """More than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return gettext("This file is too large: at most %(limit)s are taken.") % {
            "limit": filesizeformat(self.limit)
        }


class TooManyFiles(FileRefused):
    """More than `limit` files in one request."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return ngettext(
            "Too many files: at most %(limit)d is taken at a time.",
            "Too many files: at most %(limit)d are taken at a time.",
            self.limit,
        ) % {"limit": self.limit}


class ScannerUnavailable(FileRefused):
    """The virus scanner gave no verdict. `reason` is for the operator's log, not for the sender."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return gettext(
            "Files cannot be taken at the moment, because the virus scanner does not answer. "
            "Send the message without the file, or try again later."
        )
