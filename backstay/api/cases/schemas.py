"""What the API takes and answers about cases."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from backstay.api.schemas import (
    Id,
    Instant,
    Key,
    Moment,
    Named,
    Page,
    Reason,
    Request,
    Short,
    Text,
    Version,
)
from backstay.cases.choices import CustomerState, Queue, State
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import Case, CaseClock
from backstay.cases.standing import next_due
from backstay.conversations.choices import Visibility
from backstay.conversations.models import Message
from backstay.core.models import AuditEntry
from backstay.sla.queries import Explanation

Markdown = Annotated[Text, Field(description="Markdown", min_length=1)]


class CaseIn(Request):
    subject: Short
    description: Markdown
    severity: Key
    organisation_id: Id | None = Field(None, description="yours, when left out by a contact")
    contact_id: Id | None = Field(None, description="staff only: on whose behalf")
    product_id: Id | None = None
    product_version_id: Id | None = None
    device_id: Id | None = None
    received_at: Instant | None = Field(None, description="staff only: when it really reached you")


class CaseFilter(Schema):
    """What a list of cases is narrowed to; all that is given must be true."""

    state: State | CustomerState | None = Field(None, description="staff: internal, customers: visible state")
    severity: Key | None = None
    organisation_id: Id | None = None
    assignee_id: Id | None = Field(None, description="staff only")
    queue: Queue | None = Field(None, description="staff only")
    updated_since: Instant | None = Field(None, description="changed then or later")


class ReplyIn(Request):
    body: Markdown
    state: State | None = Field(None, description="staff only: the state that goes with the reply")
    seen: Version | None = None


class FilesIn(Schema):
    """The fields of a form beside its `files`."""

    body: Text = Field("", description="Markdown; may be empty, the files are a message then")
    visibility: Visibility = Visibility.PUBLIC
    state: State | None = Field(None, description="staff only: the state that goes with a reply")
    seen: Version | None = None


class NoteIn(Request):
    body: Markdown


class StateIn(Request):
    state: State
    seen: Version | None = None


class SeverityIn(Request):
    severity: Key
    reason: Short
    seen: Version | None = None


class CloseIn(Request):
    reason: Reason = ""
    seen: Version | None = None


class ReopenIn(Request):
    reason: Short
    seen: Version | None = None


class AssignIn(Request):
    staff_id: Id | None = Field(description="null gives the case back to its queue")
    seen: Version | None = None


class SubjectMatterIn(Request):
    product_id: Id | None = Field(description="null: not known, or that of the device")
    device_id: Id | None
    seen: Version | None = None


class ParticipantIn(Request):
    contact_id: Id


class ClockOut(Schema):
    """A promise of the case, as it stands."""

    id: int
    kind: str
    state: str
    started_at: Moment
    due_at: Moment | None
    remaining_s: int
    length_s: int
    warned_at: Moment | None
    breached_at: Moment | None
    stopped_at: Moment | None

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


class CaseOut(Schema):
    """A case. `no_promise` says why nothing is promised; it is empty when something is."""

    number: int
    reference: str
    subject: str
    severity: str
    state: str = Field(description="as you see it: staff the internal, customers the visible state")
    organisation: Named | None
    contact: Named | None
    product: Named | None
    device: str | None
    plan: str | None
    no_promise: str
    opened_at: Moment
    recorded_at: Moment
    updated_at: Moment
    closed_at: Moment | None
    next_due_at: Moment | None
    version: int
    clocks: list[ClockOut]
    queue: str | None = Field(description="staff only")
    assignee: Named | None = Field(description="staff only")

    @classmethod
    def of(cls, case: Case, *, for_staff: bool) -> "CaseOut":
        clocks: list[CaseClock] = case.current_clocks  # type: ignore[attr-defined]  # prefetched by queries.detailed
        return cls(
            number=case.number,
            reference=case.reference,
            subject=case.subject,
            severity=case.severity,
            state=case.state if for_staff else CUSTOMER_STATES[State(case.state)],
            organisation=Named.of(case.organisation),
            contact=Named.of(case.contact),
            product=Named.of(case.product),
            device=case.device.serial if case.device else None,
            plan=case.plan_version.key if case.plan_version else None,
            no_promise=case.no_promise,
            opened_at=case.opened_at,
            recorded_at=case.recorded_at,
            updated_at=case.updated_at,
            closed_at=case.closed_at,
            next_due_at=next_due(case),
            version=case.version,
            clocks=[ClockOut.of(row) for row in clocks],
            queue=case.queue if for_staff else None,
            assignee=Named.of(case.assignee) if for_staff else None,
        )


class AttachmentOut(Schema):
    """A file; `scan_state` is not_scanned, clean or infected, and an infected one is not handed out."""

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
    sent_at: Moment
    recorded_at: Moment
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


class StretchOut(Schema):
    start: Moment
    end: Moment
    kind: str
    reason: str
    detail: str


class ExplanationOut(Schema):
    """One clock, told so that anybody can add it up: see docs/use/api.md."""

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
    started_at: Moment
    due_at: Moment | None
    stopped_at: Moment | None
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
            stretches=[StretchOut.from_orm(stretch) for stretch in told.stretches],
        )


class EntryOut(Schema):
    """One entry of the history: what was done, by whom, when. `facts` depend on `kind`."""

    id: int
    kind: str
    at: Moment
    by: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry, *, for_staff: bool) -> "EntryOut":
        facts = dict(entry.facts)
        if entry.kind == "case_state_changed" and not for_staff:
            facts |= {side: CUSTOMER_STATES[State(facts[side])] for side in ("old", "new")}
        return cls(id=entry.pk, kind=entry.kind, at=entry.at, by=entry.actor_name, facts=facts)


class CasePage(Page[CaseOut]):
    pass


class MessagePage(Page[MessageOut]):
    pass


class ExplanationPage(Page[ExplanationOut]):
    pass


class HistoryPage(Page[EntryOut]):
    pass
