"""Logs tell what went wrong and where, and quote nobody's data: they lie outside the boundary."""

import logging
import traceback
from types import TracebackType

import psycopg

# What these say is about the machine: addresses, files, settings.
ABOUT_THE_MACHINE = (psycopg.OperationalError, OSError, ImportError)
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Writes errors with their kind and their frames. A message may quote a value, so it stays out."""

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802  # logging's name
        error = ei[1]
        if error is None:
            return ""
        lines: list[str] = []
        for each in reversed(_causes(error)):
            lines += traceback.format_tb(each.__traceback__)
            lines.append(_said(each) + "\n")
        return "".join(lines).rstrip("\n")


def _causes(error: BaseException) -> list[BaseException]:
    """The error, what it came from, and so on."""
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


def _said(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name}: {error}" if isinstance(error, ABOUT_THE_MACHINE) else name
