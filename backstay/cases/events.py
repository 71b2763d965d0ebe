from dataclasses import dataclass

from backstay.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """Something about one case; `version` is the case's after it."""

    case_id: int
    version: int
    organisation_id: int | None
    contact_ids: list[int]
    by: str

    @property
    def key(self) -> str:
        return f"case:{self.case_id}"

    @property
    def topics(self) -> list[str]:
        """Staff pages, and the pages of those customers who may read the case."""
        return [*self._staff_topics, *self._customer_topics]

    @property
    def _staff_topics(self) -> list[str]:
        return ["queue", f"case:{self.case_id}"]

    @property
    def _customer_topics(self) -> list[str]:
        organisation = [f"organisation:{self.organisation_id}"] if self.organisation_id else []
        return [*organisation, *(f"contact:{contact}" for contact in self.contact_ids)]


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CaseReplied(CaseEvent):
    """A public message, of either side."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class CaseNoted(CaseEvent):
    """An internal note: no customer's page hears of it."""

    message_id: int

    @property
    def topics(self) -> list[str]:
        return self._staff_topics


@dataclass(frozen=True, kw_only=True)
class CaseStateChanged(CaseEvent):
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class CaseSeverityChanged(CaseEvent):
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(CaseEvent):
    """Who works on it is staff's business."""

    staff_id: int | None

    @property
    def topics(self) -> list[str]:
        return self._staff_topics


@dataclass(frozen=True, kw_only=True)
class CaseHandedOver(CaseEvent):
    """Functional escalation, or back: it waits in another queue now. Staff's business."""

    old: str
    new: str

    @property
    def topics(self) -> list[str]:
        return self._staff_topics


@dataclass(frozen=True, kw_only=True)
class CaseCorrected(CaseEvent):
    """Product, device or participants were put right."""


@dataclass(frozen=True, kw_only=True)
class CaseClockMarked(CaseEvent):
    """A clock of the case was warned of or breached."""

    clock_id: int
    mark: str

    @property
    def topics(self) -> list[str]:
        return self._staff_topics


@dataclass(frozen=True, kw_only=True)
class CaseReminded(CaseEvent):
    """The customer was asked something, stays silent, and was reminded; `number` counts the reminders."""

    number: int


@dataclass(frozen=True, kw_only=True)
class CaseQuietChanged(CaseEvent):
    """When the case closes for silence, or whether it does, was changed."""


@dataclass(frozen=True, kw_only=True)
class CaseLinked(CaseEvent):
    """The case was linked to another one, or that link was removed."""

    @property
    def topics(self) -> list[str]:
        return self._staff_topics


@dataclass(frozen=True, kw_only=True)
class CaseOwnerChanged(CaseEvent):
    """Who answers for it is staff's business."""

    staff_id: int

    @property
    def topics(self) -> list[str]:
        return self._staff_topics


@dataclass(frozen=True, kw_only=True)
class CaseIncidentChanged(CaseEvent):
    """The case became part of a major incident, or is none any more."""

    incident_id: int | None


@dataclass(frozen=True, kw_only=True)
class IncidentEvent(Event):
    """Something about a major incident. Who acts on it reads the rest."""

    incident_id: int
    by: str

    @property
    def key(self) -> str:
        return f"incident:{self.incident_id}"

    @property
    def topics(self) -> list[str]:
        return ["staff"]


@dataclass(frozen=True, kw_only=True)
class IncidentDeclared(IncidentEvent):
    """Management is to be told."""

    owner_id: int


@dataclass(frozen=True, kw_only=True)
class IncidentUpdated(IncidentEvent):
    """Something is said to the customers of its cases."""

    update_id: int


@dataclass(frozen=True, kw_only=True)
class IncidentChanged(IncidentEvent):
    """Its owner or its cases."""


@dataclass(frozen=True, kw_only=True)
class IncidentResolved(IncidentEvent):
    """From here on a review is owed."""


@dataclass(frozen=True, kw_only=True)
class IncidentReviewed(IncidentEvent):
    pass
