"""What a catalogue says, in its canonical form: frozen, checked for shape, and the same in file and rows.

A `Plan` stands alone: it carries every fact that a promise needs, so that a plan version of years ago can
be read without the catalogue around it. Texts are a mapping of language codes; "en" is always there.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    TypeAdapter,
)
from pydantic.dataclasses import dataclass

from backstay.core.scoping import Boundary
from backstay.plans.catalogue.handling import Closing, Handover, Reopening, RequestUrgency
from backstay.plans.catalogue.hours import DAY_S, read_opening, read_window, week_of
from backstay.plans.catalogue.ladders import Ladder
from backstay.plans.catalogue.texts import STRICT, Key, Text
from backstay.plans.choices import TargetKind, Tier, Trait
from businesstime import Span, Unit, Window


def _opening(value: str) -> str:
    read_opening(value)
    return value


def _window(value: str) -> str:
    read_window(value)
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        words = _('"%(zone)s" is not a time zone; write an IANA name such as "Europe/Bucharest"')
        raise ValueError(words % {"zone": value})
    return value


# Written as pairs, since a JSON column does not keep the order of an object's keys.
Coverage = Annotated[
    dict[Key, Key | None],
    BeforeValidator(dict),
    PlainSerializer(lambda coverage: [list(pair) for pair in coverage.items()]),
]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Severity:
    """How bad a problem is, in words that let its reporter choose."""

    key: Key
    label: Text
    definition: Text
    impact: Text
    production: Trait
    workaround: Trait
    examples: tuple[Text, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Band:
    """Severities that share one target."""

    key: Key
    label: Text
    severities: tuple[Key, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CalendarTemplate:
    """Weekly opening hours without a place; a region gives them a zone and holidays.

    `days` replaces the hours of single dates (and a holiday's), `[]` meaning closed.
    """

    key: Key
    name: Text
    open: tuple[Annotated[str, AfterValidator(_opening)], ...] = Field(min_length=1)
    holidays: StrictBool
    days: dict[date, tuple[Annotated[str, AfterValidator(_window)], ...]] = Field(default_factory=dict)

    @property
    def week(self) -> tuple[tuple[Window, ...], ...]:
        return week_of(self.open)

    @property
    def day_windows(self) -> dict[date, tuple[Window, ...]]:
        return {day: tuple(sorted(map(read_window, windows))) for day, windows in self.days.items()}

    @property
    def never_closes(self) -> bool:
        """Open 24 x 7 x 365, up to dated exceptions."""
        return not self.holidays and all(
            sum(window.closes - window.opens for window in day) == DAY_S for day in self.week
        )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PublicHolidays:
    """Which country's public holidays close a calendar, and for which years they are written down."""

    country: str
    subdivision: str | None = None
    first_year: StrictInt = Field(ge=1970, le=2200)
    last_year: StrictInt = Field(ge=1970, le=2200)

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Region:
    """Where support is given from: it picks the zone and the holidays. `closed` adds days of our own."""

    key: Key
    name: Text
    zone: Annotated[str, AfterValidator(_zone)]
    holidays: PublicHolidays | None = None
    closed: dict[date, Text] = Field(default_factory=dict)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Channel:
    """A way to reach support. `human` tells whether people answer there; only they keep a promise."""

    key: Key
    label: Text
    human: StrictBool = True


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Target:
    """By when severities of one band get their first human answer, or are taken up by another tier.

    `amount` is seconds, or days where the unit is `business_days`. `calendar` is the key of the calendar that
    the clock runs on (None for `elapsed`); where `coverage_of` names a channel, it is the one that covers it.
    """

    band: Key
    label: Text
    severities: tuple[Key, ...]
    unit: Unit
    amount: StrictInt = Field(gt=0)
    calendar: Key | None
    coverage_of: Key | None = None
    kind: TargetKind
    pauses: StrictBool
    warn_percent: StrictInt = Field(ge=1, le=99)

    @property
    def span(self) -> Span:
        return Span(self.unit, self.amount)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Plan:
    """One plan's terms. `coverage` maps every channel, in the catalogue's order, to its calendar's
    key, or to None where it is not included.

    `handover` are internal targets of a case that moves to another tier. Without a `closing` for a severity
    its cases are never closed for silence, without `reopening` they can be reopened for ever, and without a
    `ladder` nothing climbs by itself: so plans say that are older than these parts.
    """

    format: Literal[1] = 1
    key: Key
    name: Text
    rank: StrictInt
    regions: tuple[Key, ...]
    boundary: Boundary
    triage_tier: StrictInt
    coverage: Coverage
    targets: tuple[Target, ...]
    handover: tuple[Target, ...] = ()
    closing: tuple[Closing, ...] = ()
    reopening: Reopening | None = None
    ladder: Ladder | None = None

    def target(self, severity: str) -> Target:
        """The target of a severity. Raises KeyError where the plan knows no such severity."""
        for target in self.targets:
            if severity in target.severities:
                return target
        raise KeyError(severity)

    def handover_target(self, severity: str) -> Target | None:
        """By when a case of this severity is taken up after it was handed over, None where nothing says."""
        return next((target for target in self.handover if severity in target.severities), None)

    def closing_of(self, severity: str) -> Closing | None:
        return next((closing for closing in self.closing if closing.key == severity), None)

    @property
    def severities(self) -> tuple[str, ...]:
        return tuple(severity for target in self.targets for severity in target.severities)

    def region(self, asked: str) -> str:
        """The region asked for where the plan is sold there, else the plan's own first one."""
        return asked if asked in self.regions else self.regions[0]

    @property
    def us_only(self) -> bool:
        return self.boundary is Boundary.US

    def to_dict(self) -> dict[str, Any]:
        """JSON values; `from_dict` gives an equal plan back."""
        return dict(_PLAN.dump_python(self, mode="json"))

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """A plan as `to_dict` wrote it, now or earlier. Raises pydantic.ValidationError."""
        return _PLAN.validate_python(dict(value))  # type: ignore[return-value]  # an adapter of Plan, and no subclasses


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Catalogue:
    """Everything an operator sells and promises. Mappings keep the order of the file, plans that of rank."""

    severities: dict[Key, Severity]
    bands: dict[Key, Band]
    calendars: dict[Key, CalendarTemplate]
    regions: dict[Key, Region]
    channels: dict[Key, Channel]
    plans: dict[Key, Plan]
    tiers: dict[Tier, Text] = Field(default_factory=dict)
    handover: dict[Key, Handover] = Field(default_factory=dict)
    closing: dict[Key, Closing] = Field(default_factory=dict)
    reopening: Reopening | None = None
    ladders: dict[Key, Ladder] = Field(default_factory=dict)
    requests: dict[Key, RequestUrgency] = Field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return dict(_CATALOGUE.dump_python(self, mode="json"))

    @property
    def places(self) -> tuple[tuple[CalendarTemplate, Region], ...]:
        """Every calendar in every region."""
        return tuple(
            (calendar, region) for region in self.regions.values() for calendar in self.calendars.values()
        )


_PLAN = TypeAdapter(Plan)
_CATALOGUE = TypeAdapter(Catalogue)
