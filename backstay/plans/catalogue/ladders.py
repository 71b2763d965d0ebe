"""Ladders of escalation: marks that a case reaches when nobody moves it, and what is done at each."""

import re
from dataclasses import dataclass as plain_dataclass
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from backstay.plans.catalogue.amounts import SECONDS, written
from backstay.plans.catalogue.texts import STRICT, Key, Text
from backstay.plans.choices import Do, MarkKind

_TIME = r"(?P<count>[1-9]\d{0,4}) (?P<business>business )?(?P<word>minute|hour|day)s?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"^(?P<kind>target) (?P<count>[1-9]\d?) ?%$",
        r"^(?P<kind>breach)$",
        rf"^(?P<kind>breach) ?\+ ?{_TIME}$",
        rf"^(?P<kind>age|silence) {_TIME}$",
        r"^(?P<kind>reopened|reassigned) (?P<count>[1-9]\d?) times?$",
    )
)


@plain_dataclass(frozen=True, kw_only=True)
class Mark:
    """What a case reaches: a share of its target, a breach or a while after it, an age, a silence, a count.

    `seconds` are those after the breach, of the age or of the silence; `business` ones are counted while the
    calendar of the case's own target is open. `count` is the percentage, or the number of times.
    """

    kind: MarkKind
    seconds: int = 0
    business: bool = False
    count: int = 0

    def __str__(self) -> str:
        """As a catalogue writes it; the key of the step that stands at this mark."""
        match self.kind:
            case MarkKind.TARGET:
                return f"target {self.count} %"
            case MarkKind.BREACH:
                return f"breach + {self._time}" if self.seconds else "breach"
            case MarkKind.AGE | MarkKind.SILENCE:
                return f"{self.kind} {self._time}"
        return f"{self.kind} {written(self.count, 'time')}"

    @property
    def _time(self) -> str:
        count, word = self.amount
        return written(count, f"business {word}" if self.business else word)

    @property
    def amount(self) -> tuple[int, str]:
        """The seconds in the largest word that leaves no rest; days are said from two on, of plain time."""
        has_days = not self.business and self.seconds >= 2 * SECONDS["day"]
        words = ("day", "hour", "minute") if has_days else ("hour", "minute")
        word = next(word for word in words if self.seconds % SECONDS[word] == 0)
        return self.seconds // SECONDS[word], word

    @property
    def is_of_target(self) -> bool:
        """Whether it hangs on the promise of a first answer: once that is given, nobody climbs there."""
        return self.kind in {MarkKind.TARGET, MarkKind.BREACH}


def read_mark(text: str) -> Mark:
    """The mark that a text writes. Raises ValueError with what is allowed."""
    found = next(filter(None, (form.match(text.strip()) for form in _FORMS)), None)
    if found is None:
        words = _(
            '"%(text)s" is no mark; write such as "target 75 %%", "breach", "breach + 15 minutes", '
            '"age 4 hours", "silence 4 business hours", "reopened 2 times" or "reassigned 3 times"'
        )
        raise ValueError(words % {"text": text})
    kind, facts = MarkKind(found["kind"]), found.groupdict()
    if not facts.get("word"):
        return Mark(kind=kind, count=int(facts.get("count") or 0))
    if facts["business"] and facts["word"] == "day":
        raise ValueError(_("a business day has no fixed number of seconds; write business hours"))
    seconds = int(facts["count"]) * SECONDS[facts["word"]]
    return Mark(kind=kind, seconds=seconds, business=bool(facts["business"]))


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LadderStep:
    """What is done when a case of one of the severities reaches a mark."""

    severities: tuple[Key, ...] = Field(min_length=1)
    mark: Annotated[str, AfterValidator(lambda text: str(read_mark(text)))]
    do: tuple[Do, ...] = Field(min_length=1)

    @property
    def reached(self) -> Mark:
        return read_mark(self.mark)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ladder:
    """Steps in the order in which people read them. A severity has one step at a mark."""

    key: Key
    name: Text
    steps: tuple[LadderStep, ...] = Field(min_length=1)

    def steps_of(self, severity: str) -> tuple[LadderStep, ...]:
        return tuple(step for step in self.steps if severity in step.severities)
