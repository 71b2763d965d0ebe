"""The plan matrix: what each plan gives, row by row, in one language."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from backstay.plans import wording
from backstay.plans.catalogue import Band, Catalogue, Ladder, Plan, say

NO = "-"


@dataclass(frozen=True)
class Row:
    """One row. `cells` are in the order of the plans; `group` is the heading that it stands under."""

    key: str
    group: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    lang: str
    plans: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        rows = [{"key": row.key, "label": row.label, "cells": list(row.cells)} for row in self.rows]
        return {"lang": self.lang, "plans": list(self.plans), "rows": rows}


def matrix(catalogue: Catalogue, lang: str) -> Matrix:
    """Rows: a channel each, then a band each (`response_s1_s2`), then `triage` and `us_only`."""
    plans = tuple(catalogue.plans.values())
    with override(lang):
        rows = (*_coverage(catalogue, plans), *_responses(catalogue, plans), *_extras(plans))
        return Matrix(lang, tuple(catalogue.plans), tuple(say(plan.name) for plan in plans), rows)


@dataclass(frozen=True)
class Part:
    """What a catalogue says beside the matrix: pairs of what is reached, and what happens then."""

    key: str
    heading: str
    lines: tuple[tuple[str, str], ...]


def parts(catalogue: Catalogue, lang: str) -> tuple[Part, ...]:
    """Ladders, closing, reopening and the urgencies of requests, those that the catalogue has."""
    with override(lang):
        found = (*map(_ladder, catalogue.ladders.values()), _closing(catalogue), _requests(catalogue))
        return tuple(part for part in found if part.lines)


def _ladder(ladder: Ladder) -> Part:
    lines = (
        (f"{' '.join(step.severities)}: {wording.mark(step.reached)}", ", ".join(map(wording.act, step.do)))
        for step in ladder.steps
    )
    return Part(f"ladder_{ladder.key}", say(ladder.name), tuple(lines))


def _closing(catalogue: Catalogue) -> Part:
    lines = [(closing.key, wording.closing(closing)) for closing in catalogue.closing.values()]
    if catalogue.reopening:
        days = catalogue.reopening.days
        words = ngettext("for %(count)d day", "for %(count)d days", days) % {"count": days}
        lines.append((_("Can be reopened"), words))
    return Part("closing", _("Cases that wait on their customer"), tuple(lines))


def _requests(catalogue: Catalogue) -> Part:
    words = _("answered within %(time)s")
    lines = (
        (say(request.label), words % {"time": wording.duration(request.within_s)})
        for request in catalogue.requests.values()
    )
    return Part("requests", _("Escalations asked for by customers"), tuple(lines))


def band_label(band: Band) -> str:
    """The label of a band's row, such as "Blocker severity (S1 & S2)"."""
    return f"{say(band.label)} ({' & '.join(band.severities)})"


def band_key(band: Band) -> str:
    return "_".join(["response", *band.severities]).lower()


def _coverage(catalogue: Catalogue, plans: tuple[Plan, ...]) -> tuple[Row, ...]:
    group = _("Support hours")
    return tuple(
        Row(
            channel.key,
            group,
            say(channel.label),
            tuple(wording.coverage(catalogue, plan.coverage[channel.key]) for plan in plans),
        )
        for channel in catalogue.channels.values()
    )


def _responses(catalogue: Catalogue, plans: tuple[Plan, ...]) -> tuple[Row, ...]:
    group = _("Initial response time")
    return tuple(
        Row(
            band_key(band),
            group,
            band_label(band),
            tuple(wording.within(plan.target(band.severities[0])) for plan in plans),
        )
        for band in catalogue.bands.values()
    )


def _extras(plans: tuple[Plan, ...]) -> tuple[Row, ...]:
    group = _("Additional entitlements")
    tiers = tuple(wording.tier(plan.triage_tier) for plan in plans)
    us_only = tuple(pgettext("plan matrix", "yes") if plan.us_only else NO for plan in plans)
    return (
        Row("triage", group, _("Initial support triage"), tiers),
        Row("us_only", group, _("Support only by US citizens on US soil"), us_only),
    )
