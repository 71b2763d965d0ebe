"""What everything that people write or are told about an escalation has in common."""

from typing import Any

from django.conf import settings

from backstay.cases.models import Case
from backstay.escalation.rules import MAX_WORDS


class WordsMissing(ValueError):
    """A reason is needed, of 1 to 2,000 characters; the other side reads it."""


def needed(words: str) -> str:
    """The reason that somebody gave. Raises WordsMissing."""
    words = words.strip()
    if not 0 < len(words) <= MAX_WORDS:
        raise WordsMissing(f"say why, in 1 to {MAX_WORDS} characters; the other side reads it")
    return words


def link_to(case: Case) -> str:
    return f"{settings.CASE_PATH}{case.number}"


def facts_of(case: Case, **more: Any) -> dict[str, Any]:
    """What a page or a notice about a case is made of."""
    return {"case": case.reference, "severity": case.severity, **more}
