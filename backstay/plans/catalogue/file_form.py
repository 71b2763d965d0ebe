"""The shape of a catalogue file where it differs from the canonical form: plans as they are written."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, field_validator

from backstay.core.scoping import Boundary
from backstay.plans.catalogue.terms import (
    Band,
    CalendarTemplate,
    Channel,
    Key,
    Region,
    Severity,
    Text,
)
from backstay.plans.choices import TargetKind
from businesstime import Unit

NOT_INCLUDED = "none"
COVERAGE_OF = "coverage of "
_AMOUNT = re.compile(r"^(?P<count>[1-9]\d{0,5}) (?P<word>minute|hour|day)s?$")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}

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


class Amount(BaseModel):
    """An amount of time as written: "4 hours", "30 minutes", "1 day"."""

    count: int
    word: str

    @property
    def seconds(self) -> int:
        return self.count * _SECONDS[self.word]


def read_amount(text: Any) -> Any:
    found = _AMOUNT.match(text.strip()) if isinstance(text, str) else None
    if found is None:
        words = _('"%(text)s" is no amount of time; write "30 minutes", "4 hours" or "1 day"')
        raise ValueError(words % {"text": text})
    return Amount(count=int(found["count"]), word=found["word"])


def write_amount(unit: Unit, amount: int) -> str:
    """A target's amount in the largest word that leaves no rest; `read_amount` takes it back."""
    words = ["day"] if unit is Unit.BUSINESS_DAYS else ["hour", "minute"]
    sizes = {"day": 1, "hour": _SECONDS["hour"], "minute": _SECONDS["minute"]}
    word = next(word for word in words if amount % sizes[word] == 0)
    count = amount // sizes[word]
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


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
        if self.calendar is None or not self.calendar.startswith(COVERAGE_OF):
            return None
        return self.calendar.removeprefix(COVERAGE_OF).strip()

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

    @field_validator("calendars")
    @classmethod
    def _none_is_taken(cls, calendars: dict[str, CalendarTemplate]) -> dict[str, CalendarTemplate]:
        if NOT_INCLUDED in calendars:
            words = _('no calendar may be called "%(none)s": in a coverage that is "not included"')
            raise ValueError(words % {"none": NOT_INCLUDED})
        return calendars
