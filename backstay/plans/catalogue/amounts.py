"""Amounts of time as a catalogue writes them: "4 hours", "30 minutes", "1 day"."""

import re
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel

from businesstime import Unit

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_AMOUNT = re.compile(r"^(?P<count>[1-9]\d{0,5}) (?P<word>minute|hour|day)s?$")


class Amount(BaseModel):
    """A count of minutes, hours or days."""

    count: int
    word: str

    @property
    def seconds(self) -> int:
        return self.count * SECONDS[self.word]


def read_amount(text: Any) -> Any:
    """The amount that a text writes. Raises ValueError with what is allowed."""
    found = _AMOUNT.match(text.strip()) if isinstance(text, str) else None
    if found is None:
        words = _('"%(text)s" is no amount of time; write "30 minutes", "4 hours" or "1 day"')
        raise ValueError(words % {"text": text})
    return Amount(count=int(found["count"]), word=found["word"])


def write_amount(unit: Unit, amount: int) -> str:
    """A target's amount in the largest word that leaves no rest; `read_amount` takes it back."""
    words = ["day"] if unit is Unit.BUSINESS_DAYS else ["hour", "minute"]
    sizes = {"day": 1, "hour": SECONDS["hour"], "minute": SECONDS["minute"]}
    word = next(word for word in words if amount % sizes[word] == 0)
    return written(amount // sizes[word], word)


def written(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _amount(text: str) -> str:
    amount: Amount = read_amount(text)
    return written(amount.count, amount.word)


def _days(text: str) -> str:
    amount: Amount = read_amount(text)
    if amount.word != "day":
        raise ValueError(_('business days are counted here; write such as "3 days"'))
    return written(amount.count, amount.word)


AmountText = Annotated[str, AfterValidator(_amount)]
DaysText = Annotated[str, AfterValidator(_days)]


def seconds_of(text: str) -> int:
    amount: Amount = read_amount(text)
    return amount.seconds


def days_of(text: str) -> int:
    amount: Amount = read_amount(text)
    return amount.count
