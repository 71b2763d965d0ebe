from dataclasses import dataclass

from backstay.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ClockMarked(Event):
    """A clock reached a mark. `due_at` is the instant of the mark (ISO, UTC), not of its recording."""

    clock_id: int
    due_at: str

    @property
    def key(self) -> str:
        return f"clock:{self.clock_id}"


@dataclass(frozen=True, kw_only=True)
class ClockWarned(ClockMarked):
    """The warning share of the target has been used."""


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockMarked):
    """The target ran out before the clock was stopped."""
