"""The shape of a catalogue file where it differs from the canonical form: plans as they are written.

The parts below `plans` may be left out: then there is nothing of the kind.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, field_validator

from backstay.core.scoping import Boundary
from backstay.plans.catalogue.amounts import Amount, read_amount
from backstay.plans.catalogue.handling import Closing, Handover, Reopening, RequestUrgency
from backstay.plans.catalogue.ladders import Ladder
from backstay.plans.catalogue.terms import Band, CalendarTemplate, Channel, Region, Severity
from backstay.plans.catalogue.texts import Key, Text
from backstay.plans.choices import TargetKind, Tier
from businesstime import Unit

NOT_INCLUDED = "none"
COVERAGE_OF = "coverage of "

Shape = TypeVar("Shape")


def _with_keys(value: Any) -> Any:
    """Give each entry the name of its table as its key."""
    if not isinstance(value, Mapping):
        return value
    double = [key for key, entry in value.items() if isinstance(entry, dict) and "key" in entry]
    if double:
        words = _('"%(table)s" has an entry "key", but the name of a table is its key')
        raise ValueError(words % {"table": double[0]})
    return {key: {**entry, "key": key} if isinstance(entry, dict) else entry for key, entry in value.items()}


Named = Annotated[dict[Key, Shape], BeforeValidator(_with_keys), Field(min_length=1)]
Extra = Annotated[dict[Key, Shape], BeforeValidator(_with_keys), Field(default_factory=dict)]


def covering_channel(calendar: str | None) -> str | None:
    """The channel of "coverage of CHANNEL", None for a calendar's key."""
    if calendar is None or not calendar.startswith(COVERAGE_OF):
        return None
    return calendar.removeprefix(COVERAGE_OF).strip()


class TargetEntry(BaseModel):
    """A target as written. `calendar` is a calendar's key or "coverage of CHANNEL"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Unit
    amount: Annotated[Amount, BeforeValidator(read_amount)]
    calendar: str | None = None
    kind: TargetKind = TargetKind.COMMITMENT
    pauses: StrictBool = True
    warn_percent: StrictInt = Field(default=75, ge=1, le=99)

    @property
    def coverage_of(self) -> str | None:
        return covering_channel(self.calendar)

    @property
    def length(self) -> int:
        """Days for `business_days`, seconds for the others."""
        return self.amount.count if self.unit is Unit.BUSINESS_DAYS else self.amount.seconds


class PlanEntry(BaseModel):
    """A plan as written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    name: Text
    rank: StrictInt = Field(ge=0)
    regions: tuple[str, ...] = Field(min_length=1)
    boundary: Boundary = Boundary.OPEN
    triage_tier: StrictInt = Field(ge=1, le=9)
    ladder: str | None = None
    coverage: dict[str, str]
    targets: dict[str, TargetEntry]

    def calendar_of(self, channel: str) -> str | None:
        """The calendar's key of a channel's coverage, None where the plan does not include it."""
        calendar = self.coverage.get(channel, NOT_INCLUDED)
        return None if calendar == NOT_INCLUDED else calendar


class CatalogueFile(BaseModel):
    """A whole file. `format` tells later readers how to take it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    severities: Named[Severity]
    bands: Named[Band]
    calendars: Named[CalendarTemplate]
    regions: Named[Region]
    channels: Named[Channel]
    plans: Named[PlanEntry]
    tiers: dict[Tier, Text] = Field(default_factory=dict)
    handover: Extra[Handover]
    closing: Extra[Closing]
    reopening: Reopening | None = None
    ladders: Extra[Ladder]
    requests: Extra[RequestUrgency]

    @field_validator("calendars")
    @classmethod
    def _none_is_taken(cls, calendars: dict[str, CalendarTemplate]) -> dict[str, CalendarTemplate]:
        if NOT_INCLUDED in calendars:
            words = _('no calendar may be called "%(none)s": in a coverage that is "not included"')
            raise ValueError(words % {"none": NOT_INCLUDED})
        return calendars
