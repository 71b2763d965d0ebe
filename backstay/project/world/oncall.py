"""Who of the example desk is on call: around the clock on both sides of the boundary, and managers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from backstay.core.scoping import Boundary
from backstay.oncall import actions
from backstay.oncall.actions import LayerTerms, RotaTerms
from backstay.oncall.choices import Purpose
from backstay.project.world.parties import BY, Parties

EUROPE, AMERICA = "Europe/Bucharest", "America/New_York"
SINCE = timedelta(weeks=12)
DAYTIME = [[["08:00", "20:00"]]] * 7


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A layer by the names of its members; `week` as LayerTerms takes it."""

    name: str
    zone: str
    members: tuple[str, ...]
    week: list[Any] | None = None


# A later layer goes before an earlier one: by day each continent answers for itself, the rest is Europe's.
SUPPORT = (
    Shift(name="Every hour", zone=EUROPE, members=("Vlad Ciobanu", "Hannah Brandt", "Sofia Lindqvist")),
    Shift(name="America by day", zone=AMERICA, members=("Marcus Oyelaran", "Grace Holloway"), week=DAYTIME),
    Shift(name="Europe by day", zone=EUROPE, members=("Hannah Brandt", "Vlad Ciobanu"), week=DAYTIME),
)
SUPPORT_US = (
    Shift(
        name="Every hour",
        zone=AMERICA,
        members=("Grace Holloway", "Marcus Oyelaran", "Caleb Whitmore"),
    ),
)
MANAGEMENT = (Shift(name="Every hour", zone=EUROPE, members=("Radu Marinescu", "Elena Stoica")),)
MANAGEMENT_US = (Shift(name="Every hour", zone=AMERICA, members=("Denise Carver", "Grace Holloway")),)


def arrange(made: Parties, *, at: datetime) -> None:
    """Four rotas without a gap, as of twelve weeks before `at`."""
    staff = {each.data.name: each.viewer.id for each in made.staff}
    first_day = (at - SINCE - timedelta(days=at.weekday())).date()
    for key, name, purpose, serves, shifts in (
        ("support", "Support", Purpose.SUPPORT, Boundary.OPEN, SUPPORT),
        ("support-us", "Support, US-only", Purpose.SUPPORT, Boundary.US, SUPPORT_US),
        ("management", "Management", Purpose.MANAGEMENT, Boundary.OPEN, MANAGEMENT),
        ("management-us", "Management, US-only", Purpose.MANAGEMENT, Boundary.US, MANAGEMENT_US),
    ):
        terms = RotaTerms(
            key=key, name=name, purpose=purpose, serves=serves, zone=shifts[0].zone, around_the_clock=True
        )
        _make(terms, shifts, staff, first_day, at)


def _make(
    terms: RotaTerms, shifts: tuple[Shift, ...], staff: dict[str, int], first: date, at: datetime
) -> None:
    rota = actions.add_rota(terms=terms, by=BY, at=at - SINCE)
    for shift in shifts:
        layer = LayerTerms(
            name=shift.name,
            zone=shift.zone,
            first_day=first,
            hands_over_at=time(8),
            turn_days=7,
            members=[staff[name] for name in shift.members],
            week=shift.week,
        )
        actions.put_layer(rota=rota, terms=layer, by=BY, at=at - SINCE)
