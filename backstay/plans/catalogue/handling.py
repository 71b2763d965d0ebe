"""What becomes of cases beside their first answer: hand-over, closing, reopening, the customer's request."""

from typing import Annotated

from pydantic import Field, StrictInt
from pydantic.dataclasses import dataclass

from backstay.plans.catalogue.amounts import AmountText, DaysText, days_of, read_amount, seconds_of
from backstay.plans.catalogue.texts import STRICT, Key, Text
from businesstime import Unit


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Handover:
    """By when another tier takes up a case of one band, as written; what is only aimed at, inside the house.

    `calendar` is a calendar's key or "coverage of CHANNEL", which each plan reads with its own coverage.
    """

    key: Key
    unit: Unit
    amount: AmountText
    calendar: str | None = None
    warn_percent: Annotated[StrictInt, Field(ge=1, le=99)] = 75

    @property
    def length(self) -> int:
        """Days for `business_days`, seconds for the others."""
        return days_of(self.amount) if self.unit is Unit.BUSINESS_DAYS else seconds_of(self.amount)

    @property
    def word(self) -> str:
        return str(read_amount(self.amount).word)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Closing:
    """When a case of one severity (`key`) that waits on its customer is reminded of, and closed.

    All are business days of `calendar`, counted from the beginning of the wait.
    """

    key: Key
    reminders: tuple[DaysText, ...] = ()
    close: DaysText
    calendar: Key

    @property
    def reminder_days(self) -> tuple[int, ...]:
        return tuple(map(days_of, self.reminders))

    @property
    def close_days(self) -> int:
        return days_of(self.close)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Reopening:
    """For how many days of 24 hours after its close a case can be reopened."""

    days: Annotated[StrictInt, Field(ge=0, le=3650)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RequestUrgency:
    """How urgent a customer calls an escalation, and how soon a manager answers it, around the clock."""

    key: Key
    label: Text
    within: AmountText

    @property
    def within_s(self) -> int:
        return seconds_of(self.within)
