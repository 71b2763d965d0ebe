"""What the API takes and answers about cases. Instants are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from backstay.cases.actions.opening import MAX_SUBJECT
from backstay.cases.choices import State
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import Case, CaseClock
from backstay.conversations.actions import MAX_BODY
from backstay.conversations.models import Message
from backstay.sla.queries import Explanation

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="the case's version that you read")]
Text = Annotated[str, StringConstraints(max_length=MAX_BODY, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SUBJECT, pattern=r"^[^\x00]*$")]


class Request(Schema):
    """A request's body: an unknown field is refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")


class CaseIn(Request):
    subject: Short
    description: Text = Field(description="Markdown", min_length=1)
    severity: Annotated[str, StringConstraints(max_length=10, pattern=r"^[^\x00]*$")]
    organisation_id: Id | None = Field(None, description="yours, when left out by a contact")
    contact_id: Id | None = Field(None, description="staff only: on whose behalf")
    product_id: Id | None = None
    product_version_id: Id | None = None
    device_id: Id | None = None
    received_at: AwareDatetime | None = Field(None, description="staff only: when it really reached you")


class ReplyIn(Request):
    body: Text = Field(description="Markdown", min_length=1)
    state: State | None = Field(None, description="staff only: the state that goes with the reply")
    seen: Version | None = None


class NoteIn(Request):
    body: Text = Field(description="Markdown", min_length=1)


class StateIn(Request):
    state: State
    seen: Version | None = None


class SeverityIn(Request):
    severity: Annotated[str, StringConstraints(max_length=10, pattern=r"^[^\x00]*$")]
    reason: Short
    seen: Version | None = None


class CloseIn(Request):
    reason: Annotated[str, StringConstraints(max_length=MAX_SUBJECT, pattern=r"^[^\x00]*$")] = ""
    seen: Version | None = None


class ReopenIn(Request):
    reason: Short
    seen: Version | None = None


class AssignIn(Request):
    staff_id: Id | None = Field(None, description="null gives the case back to its queue")
    seen: Version | None = None


class SubjectMatterIn(Request):
    product_id: Id | None = None
    device_id: Id | None = None
    seen: Version | None = None


class ParticipantIn(Request):
    contact_id: Id


class ClockOut(Schema):
    """A promise of the case, as it stands."""

    id: int
    kind: str
    state: str
    started_at: datetime
    due_at: datetime | None
    remaining_s: int
    length_s: int
    warned_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None

    @classmethod
    def of(cls, row: CaseClock) -> "ClockOut":
        clock = row.clock
        return cls(
            id=clock.pk,
            kind=row.kind,
            state=clock.state,
            started_at=clock.started_at,
            due_at=clock.due_at,
            remaining_s=clock.remaining_s,
            length_s=clock.length_s,
            warned_at=clock.warned_at,
            breached_at=clock.breached_at,
            stopped_at=clock.stopped_at,
        )


class Named(Schema):
    id: int
    name: str


class CaseOut(Schema):
    """A case. `no_promise` says why nothing is promised; it is empty when something is."""

    number: int
    reference: str
    subject: str
    severity: str
    state: str = Field(description="as the viewer sees it: staff the internal, customers the visible state")
    organisation: Named | None
    contact: Named | None
    product: Named | None
    device: str | None
    plan: str | None
    no_promise: str
    opened_at: datetime
    recorded_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    next_due_at: datetime | None
    version: int
    clocks: list[ClockOut]
    queue: str | None = Field(None, description="staff only")
    assignee: Named | None = Field(None, description="staff only")

    @classmethod
    def of(cls, case: Case, *, for_staff: bool) -> "CaseOut":
        clocks: list[CaseClock] = case.current_clocks  # type: ignore[attr-defined]  # prefetched by queries.detailed
        return cls(
            number=case.number,
            reference=case.reference,
            subject=case.subject,
            severity=case.severity,
            state=case.state if for_staff else CUSTOMER_STATES[State(case.state)],
            organisation=_named(case.organisation),
            contact=_named(case.contact),
            product=_named(case.product),
            device=case.device.serial if case.device else None,
            plan=case.plan_version.key if case.plan_version else None,
            no_promise=case.no_promise,
            opened_at=case.opened_at,
            recorded_at=case.recorded_at,
            updated_at=case.updated_at,
            closed_at=case.closed_at,
            next_due_at=case.next_due_at,
            version=case.version,
            clocks=[ClockOut.of(row) for row in clocks],
            queue=case.queue if for_staff else None,
            assignee=_named(case.assignee) if for_staff else None,
        )


def _named(row: Any) -> Named | None:
    return Named(id=row.pk, name=row.name) if row is not None else None


class CasePage(Schema):
    """One page; `next` is the cursor of the following one, null on the last."""

    items: list[CaseOut]
    next: str | None


class AttachmentOut(Schema):
    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    scan_state: str


class MessageOut(Schema):
    id: int
    visibility: str
    author_kind: str
    author: str
    body: str
    sent_at: datetime
    recorded_at: datetime
    attachments: list[AttachmentOut]

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        return cls(
            id=message.pk,
            visibility=message.visibility,
            author_kind=message.author_kind,
            author=message.author_name,
            body=message.body,
            sent_at=message.sent_at,
            recorded_at=message.recorded_at,
            attachments=[AttachmentOut.from_orm(row) for row in message.attachments.all()],
        )


class MessagePage(Schema):
    items: list[MessageOut]


class StretchOut(Schema):
    start: datetime
    end: datetime
    kind: str
    reason: str
    detail: str


class ExplanationOut(Schema):
    """One clock, told so that anybody can add it up: see Explanation."""

    clock_id: int
    kind: str
    outcome: str
    unit: str
    amount: int
    source: dict[str, Any]
    calendar: str | None
    zone: str
    length_s: int
    counted_s: int
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    stretches: list[StretchOut]

    @classmethod
    def of(cls, kind: str, told: Explanation) -> "ExplanationOut":
        version = told.calendar
        return cls(
            clock_id=told.clock_id,
            kind=kind,
            outcome=told.outcome,
            unit=told.target.unit,
            amount=told.target.amount,
            source=told.target.source,
            calendar=f"{version.key}/{version.region} v{version.version}" if version else None,
            zone=told.zone,
            length_s=told.standing.length_s,
            counted_s=told.standing.counted_s,
            started_at=told.started_at,
            due_at=told.standing.due_at,
            stopped_at=told.stopped_at,
            stretches=[
                StretchOut(start=one.start, end=one.end, kind=one.kind, reason=one.reason, detail=one.detail)
                for one in told.stretches
            ],
        )


class ExplanationPage(Schema):
    items: list[ExplanationOut]
