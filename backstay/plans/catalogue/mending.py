"""Looking on after a fault of shape, so that one run of the check tells everything that is wrong.

Values of a wrong shape are replaced by harmless ones, what is said about these is left out, and where that
does not help the look ahead is given up: it may only ever add problems that are really there.
"""

from collections.abc import Iterable
from copy import deepcopy
from itertools import count
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backstay.plans.catalogue.checks import faults
from backstay.plans.catalogue.file_form import CatalogueFile
from backstay.plans.catalogue.problems import Path, Problem

_TEXT = {"en": "-"}
# Required fields that no other part of the file refers to, and values that nothing is wrong with.
_HARMLESS: dict[tuple[str, str], Any] = {
    ("severities", "label"): _TEXT,
    ("severities", "definition"): _TEXT,
    ("severities", "impact"): _TEXT,
    ("severities", "production"): "either",
    ("severities", "workaround"): "either",
    ("severities", "examples"): [_TEXT],
    ("bands", "label"): _TEXT,
    ("calendars", "name"): _TEXT,
    ("calendars", "open"): ["mon-sun 00:00-24:00"],
    ("calendars", "holidays"): False,
    ("regions", "name"): _TEXT,
    ("regions", "zone"): "UTC",
    ("channels", "label"): _TEXT,
    ("plans", "name"): _TEXT,
    ("plans", "triage_tier"): 1,
    ("plans", "unit"): "elapsed",
    ("plans", "amount"): "1 hour",
    ("ladders", "name"): _TEXT,
    ("requests", "label"): _TEXT,
    ("requests", "within"): "1 hour",
}
STRANGE_KEY = {"extra_forbidden", "unexpected_keyword_argument"}
_OPTIONAL = {"days", "closed", "human", "boundary", "calendar", "kind", "pauses", "warn_percent"}
_ranks = count(100_000)  # beyond any that a file has, and each of them once


def further_faults(raw: dict[str, Any], errors: Iterable[ErrorDetails]) -> list[Problem]:
    """Faults beside those of shape that `errors` are about; none where one cannot be sure."""
    mended = deepcopy(raw)
    blind = [_mend(mended, error) for error in errors]
    if None in blind:
        return []
    try:
        found = faults(CatalogueFile.model_validate(mended))
    except ValidationError:
        return []
    parts = [part for part in blind if part]
    return [problem for problem in found if not any(_within(problem.path, part) for part in parts)]


def _mend(raw: dict[str, Any], error: ErrorDetails) -> Path | None:
    """Make one value harmless. The part about which nothing can be said any more; None: not mended."""
    path = error["loc"]
    for depth in range(len(path), 2, -1):
        table, name = _table(raw, path[: depth - 1]), str(path[depth - 1])
        if table is None:
            continue
        if error["type"] in STRANGE_KEY:
            table.pop(name, None)
            return path
        if _replace(table, str(path[0]), name):
            return path[:4] if path[2] == "targets" else path[:depth]
    return None


def _replace(table: dict[str, Any], section: str, name: str) -> bool:
    if (section, name) == ("plans", "rank"):
        table[name] = next(_ranks)
    elif (section, name) in _HARMLESS:
        table[name] = deepcopy(_HARMLESS[section, name])
    elif name in _OPTIONAL or (section, name) == ("regions", "holidays"):
        table.pop(name, None)
    else:
        return False
    return True


def _table(raw: dict[str, Any], path: Path) -> dict[str, Any] | None:
    found: Any = raw
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _within(path: Path, part: Path) -> bool:
    return path[: len(part)] == part
