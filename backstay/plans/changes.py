"""What would change from one catalogue to another: for customers by cell, in the file by key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backstay.plans.catalogue import Catalogue, Target
from backstay.plans.catalogue.amounts import write_amount
from backstay.plans.catalogue.file_form import COVERAGE_OF
from backstay.plans.catalogue.problems import Path, dotted
from backstay.plans.matrix import matrix


@dataclass(frozen=True)
class Change:
    """One value that differs; `before` or `after` is None where there was or will be nothing."""

    path: Path
    before: Any
    after: Any

    def __str__(self) -> str:
        facts = {"path": dotted(self.path), "before": _shown(self.before), "after": _shown(self.after)}
        if self.before is None:
            return _("%(path)s: new, %(after)s") % facts
        if self.after is None:
            return _("%(path)s: gone, was %(before)s") % facts
        return _("%(path)s: %(before)s becomes %(after)s") % facts


@dataclass(frozen=True)
class CellChange:
    """A cell of the matrix that will read otherwise; an empty text is a plan or row that is not there."""

    plan: str
    row: str
    before: str
    after: str

    def __str__(self) -> str:
        nothing = _("(nothing)")
        return f"{self.plan}, {self.row}: {self.before or nothing} → {self.after or nothing}"


def changes(before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """Every value that differs, in the order of the older catalogue."""
    return tuple(_differences((), _as_written(before), _as_written(after)))


def cell_changes(before: Catalogue, after: Catalogue, lang: str) -> tuple[CellChange, ...]:
    """What customers will read otherwise in the plan matrix."""
    old, new = _cells(before, lang), _cells(after, lang)
    places = dict.fromkeys([*old, *new])
    return tuple(
        CellChange(*place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place) != new.get(place)
    )


def _as_written(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue with plans as an operator writes them: targets by band, amounts in words."""
    written = catalogue.to_dict()
    for key, plan in catalogue.plans.items():
        written["plans"][key]["coverage"] = plan.coverage
        written["plans"][key]["targets"] = {target.band: _target(target) for target in plan.targets}
        written["plans"][key]["ladder"] = plan.ladder.key if plan.ladder else None
        for part in ("handover", "closing", "reopening"):  # what the file says once, for all plans
            del written["plans"][key][part]
    return written


def _target(target: Target) -> dict[str, Any]:
    return {
        "unit": target.unit,
        "amount": write_amount(target.unit, target.amount),
        "calendar": f"{COVERAGE_OF}{target.coverage_of}" if target.coverage_of else target.calendar,
        "kind": target.kind,
        "pauses": target.pauses,
        "warn_percent": target.warn_percent,
    }


def _cells(catalogue: Catalogue, lang: str) -> dict[tuple[str, str], str]:
    table = matrix(catalogue, lang)
    return {
        (name, row.label): cell
        for row in table.rows
        for name, cell in zip(table.names, row.cells, strict=True)
    }


def _differences(path: Path, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _differences((*path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences((*path, index), old, new)
    elif before != after:
        yield Change(path, before, after)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(entry)}" for key, entry in value.items() if key != "key")
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
