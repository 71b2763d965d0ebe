from dataclasses import dataclass

from backstay.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EscalationEvent(Event):
    """Something about the escalation of one case; staff hear of it."""

    case_id: int

    @property
    def key(self) -> str:
        return f"case:{self.case_id}"

    @property
    def topics(self) -> list[str]:
        return ["staff", f"case:{self.case_id}"]


@dataclass(frozen=True, kw_only=True)
class StepTaken(EscalationEvent):
    """A case reached a mark. `due_at` is the instant of the mark (ISO, UTC); `did` maps acts to results."""

    step_id: int
    mark: str
    cycle: int
    due_at: str
    is_late: bool
    did: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class RequestEvent(EscalationEvent):
    """Something about a customer's request; those customers who may read the case hear of it as well."""

    request_id: int
    urgency: str
    organisation_id: int | None
    contact_ids: list[int]

    @property
    def topics(self) -> list[str]:
        organisation = [f"organisation:{self.organisation_id}"] if self.organisation_id else []
        return [*super().topics, *organisation, *(f"contact:{contact}" for contact in self.contact_ids)]


@dataclass(frozen=True, kw_only=True)
class EscalationRequested(RequestEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EscalationDecided(RequestEvent):
    """Accepted, declined, or withdrawn."""

    state: str


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(EscalationEvent):
    alarm_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AlarmSettled(EscalationEvent):
    alarm_id: int
