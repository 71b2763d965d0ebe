"""Files of business-hours cases with known answers, and what we answer. Nothing here reads the clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from businesstime import notation
from businesstime.calendars import Calendar, windows_of
from businesstime.clocks import ClockEvent, EventKind, Terms, counted_at, read
from businesstime.compilation import merged
from businesstime.errors import BusinessTimeError
from businesstime.instants import to_datetime, to_ticks
from businesstime.spans import Span, Unit

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CaseError(BusinessTimeError):
    """The file is not one of business-hours cases; the message names the case and what is wrong."""


@dataclass(frozen=True)
class Case:
    """A question with its known answer, both answers as text.

    With `seconds`: when are they over? Answered by the local instant. Else: how many minutes are open until
    `end`? Answered by a number. Time within `pauses` does not count.
    """

    id: str
    calendar: Calendar
    start: datetime
    end: datetime
    seconds: int | None
    pauses: tuple[tuple[datetime, datetime], ...]
    expected: str
    informational: bool

    def answer(self) -> str:
        try:
            return self._minutes() if self.seconds is None else self._due(self.seconds)
        except BusinessTimeError as error:
            return f"{type(error).__name__}: {error}"

    def _due(self, seconds: int) -> str:
        due_at = read(Terms(Span(Unit.BUSINESS_HOURS, seconds), self.calendar), self._events()).due_at
        return "none" if due_at is None else local(due_at, self.calendar)

    def _minutes(self) -> str:
        terms = Terms(Span(Unit.BUSINESS_HOURS, 0), self.calendar)
        return f"{counted_at(terms, self._events(), self.end) / 60:g}"

    def _events(self) -> list[ClockEvent]:
        """A start, and the pauses as they take turns once those that overlap are one."""
        start = to_ticks(self.start)
        pauses = [(max(start, to_ticks(begins)), to_ticks(ends)) for begins, ends in self.pauses]
        events = [ClockEvent(EventKind.START, self.start)]
        for begins, ends in merged([(begins, ends) for begins, ends in pauses if begins < ends]):
            events.append(ClockEvent(EventKind.PAUSE, to_datetime(begins)))
            events.append(ClockEvent(EventKind.RESUME, to_datetime(ends)))
        return events


@dataclass(frozen=True)
class Failure:
    id: str
    expected: str
    got: str


@dataclass(frozen=True)
class Outcome:
    """How the cases of a file came out. Informational ones stand apart from passed and failed."""

    passed: int
    failures: tuple[Failure, ...]
    informational: tuple[Failure, ...]


def check(path: Path) -> Outcome:
    """Answer every case of a file; raises CaseError if it cannot be read as one."""
    found = [(case, Failure(case.id, case.expected, case.answer())) for case in read_cases(path)]
    differ = [(case, failure) for case, failure in found if failure.expected != failure.got]
    return Outcome(
        passed=sum(not case.informational for case, _ in found)
        - sum(not case.informational for case, _ in differ),
        failures=tuple(failure for case, failure in differ if not case.informational),
        informational=tuple(failure for case, failure in differ if case.informational),
    )


def read_cases(path: Path) -> list[Case]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CaseError(f"{path} cannot be read as JSON: {error}") from error
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list):
        raise CaseError(f'{path} has no list "cases"')
    return [_case(number, case) for number, case in enumerate(cases, start=1)]


def local(at: datetime, calendar: Calendar) -> str:
    return at.astimezone(calendar.tz).isoformat()


def _case(number: int, written: Any) -> Case:
    if not isinstance(written, dict):
        raise CaseError(f"case number {number} is not an object")
    named = written.get("id", f"number {number}")
    try:
        return _parsed(str(named), written)
    except KeyError as error:
        raise CaseError(f"case {named}: {error} is missing") from None
    except (BusinessTimeError, AttributeError, TypeError, ValueError) as error:
        raise CaseError(f"case {named}: {error}") from error


def _parsed(named: str, written: Mapping[str, Any]) -> Case:
    kind, calendar = written["kind"], _calendar(named, written)
    if kind not in ("add", "elapsed"):
        raise CaseError(f'the kind is "add" or "elapsed", not {kind!r}')
    start = _instant(written["start"])
    if kind == "add":
        key = "expected_if_boundary_close" if written.get("ambiguous_boundary") else "expected"
        end, seconds, expected = start, _seconds(written["minutes"]), local(_instant(written[key]), calendar)
    else:
        end, seconds, expected = _instant(written["end"]), None, f"{written['expected_minutes']:g}"
    return Case(
        id=named,
        calendar=calendar,
        start=start,
        end=end,
        seconds=seconds,
        pauses=tuple((_instant(begins), _instant(ends)) for begins, ends in written.get("pauses", [])),
        expected=expected,
        informational=written.get("dst_rule") == "wall",
    )


def _calendar(named: str, written: Mapping[str, Any]) -> Calendar:
    dated, yearly = notation.holidays(written.get("holidays", []))
    overrides = notation.by_date(written.get("overrides", {}))
    return Calendar(
        zone=written["timezone"],
        week=tuple(windows_of(written["hours"][day]) for day in _DAYS),
        holidays=dated,
        yearly_holidays=yearly,
        overrides={day: windows_of(pairs) for day, pairs in overrides.items()},
        name=named,
    )


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    to_ticks(at)  # raises if it has no zone
    return at


def _seconds(minutes: float) -> int:
    seconds = minutes * 60
    if seconds != int(seconds):
        raise ValueError(f"{minutes} minutes are no whole number of seconds")
    return int(seconds)
