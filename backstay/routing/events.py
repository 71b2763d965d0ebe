from dataclasses import dataclass

from backstay.core.events import Event
from backstay.core.scoping import Boundary


@dataclass(frozen=True, kw_only=True)
class CaseUnroutable(Event):
    """Nobody can take a case within its time; told once until somebody can. `until` is ISO, UTC."""

    case_id: int
    reason: str
    until: str

    @property
    def key(self) -> str:
        return f"case:{self.case_id}"

    @property
    def topics(self) -> list[str]:
        return [f"case:{self.case_id}"]


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Event):
    """A member of staff said that they take cases, or that they take none."""

    staff_id: int
    state: str
    boundary: str = Boundary.OPEN

    @property
    def key(self) -> str:
        return f"staff:{self.staff_id}"

    @property
    def topics(self) -> list[str]:
        return ["staff"]
