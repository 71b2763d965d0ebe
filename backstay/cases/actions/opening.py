"""Opening a case: through every door, at every hour, with or without a promise."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField

from backstay.accounts.models import Contact, Organisation
from backstay.assets.models import Device
from backstay.cases import rules
from backstay.cases.actions.clocks import keep_clock, promise_clock
from backstay.cases.actions.touching import tell, write_down
from backstay.cases.choices import Queue, State
from backstay.cases.events import CaseOpened
from backstay.cases.models import Case
from backstay.conversations import actions as conversations
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.conversations.models import Conversation, Message
from backstay.core.composed import Composed, Parameter, key_sequence, next_of, together, write
from backstay.core.scoping import Boundary, Viewer, ViewerKind, piece
from backstay.entitlements.decisions import Decision
from backstay.entitlements.queries import clock_terms, decide
from backstay.plans.queries import UnknownSeverity, severities
from backstay.products.models import Product, ProductVersion
from backstay.sla.models import Clock
from backstay.sla.terms import FrozenTerms

MAX_SUBJECT = 200
NUMBERS = "cases_number"
_contacts = Composed(
    lambda: Contact.objects.select_related("organisation").filter(pk=Parameter("contact", BigIntegerField()))
)


class NotAllowedToOpen(PermissionError):
    """This person may not open a case for that organisation or contact."""


class UnknownSubjectMatter(ValueError):
    """A contact, product, version or device that does not exist, or belongs to somebody else."""


class BadSubject(ValueError):
    """No subject, or one that is too long."""


class BadReceipt(ValueError):
    """Received later than it is entered."""


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What somebody asks for. `received_at` is when it reached us, None: now.

    `contact_id` is whom staff log it for; a contact who opens a case themselves is that contact.
    """

    subject: str
    message: NewMessage
    severity: str
    channel: Channel
    organisation_id: int | None
    contact_id: int | None = None
    product_id: int | None = None
    product_version_id: int | None = None
    device_id: int | None = None
    received_at: datetime | None = None


@piece()
def open_case(*, new: NewCase, by: Viewer, at: datetime, asking: Contact | None = None) -> Case:
    """Accept a case, freeze its terms, start its clocks, and tell everybody concerned.

    `asking` is a contact's own row with their organisation, where the caller has just read it. The answer
    carries its `current_clocks`, as a case read by `queries.detailed` does.
    """
    received_at = new.received_at or at
    _check(new, received_at=received_at, by=by, at=at)
    contact = _contact(new, by, asking)
    organisation = _organisation(new, contact)
    product_id = agreed_product(new.organisation_id, new.product_id, new.device_id, new.product_version_id)
    case = Case(
        subject=new.subject.strip(),
        boundary=organisation.boundary if organisation else Boundary.OPEN,
        organisation=organisation,
        contact=contact,
        product_id=product_id,
        product_version_id=new.product_version_id,
        device_id=new.device_id,
        severity=new.severity,
        state=State.NEW,
        channel=new.channel,
        opened_at=received_at,
        recorded_at=at,
        updated_at=at,
        customer_spoke_at=received_at,
    )
    decision = freeze_terms(case)
    _check_severity(decision, new.severity)
    terms = _terms(decision, new.severity)
    with together(*map(key_sequence, (Conversation, Message, Clock, Case)), NUMBERS):
        _write(case, new, terms, by=by, at=at)
    return case


def _write(case: Case, new: NewCase, terms: FrozenTerms | None, *, by: Viewer, at: datetime) -> None:
    """The case with all that begins with it."""
    case.number = next_of(NUMBERS)
    case.conversation = conversations.start(
        channel=new.channel, organisation=case.organisation, boundary=case.boundary, at=case.opened_at
    )
    clock = promise_clock(case, terms=terms, by=by, started_at=case.opened_at, at=at)
    case.next_due_at = clock.due_at if clock else None
    write(case)
    case.current_clocks = [keep_clock(case, clock)] if clock else []  # type: ignore[attr-defined]  # as prefetched
    _first_message(case, new, case.contact, by=by, at=at)
    write_down("case_opened", case, by=by, at=at, severity=case.severity, no_promise=case.no_promise)
    tell(CaseOpened, case, by=by, at=at, contact_ids=[case.contact.pk] if case.contact else [])


def _check(new: NewCase, *, received_at: datetime, by: Viewer, at: datetime) -> None:
    if not rules.may_open_for(by, new.organisation_id):
        raise NotAllowedToOpen(f"{by.name} may not open cases for organisation {new.organisation_id}")
    if not 0 < len(new.subject.strip()) <= MAX_SUBJECT:
        raise BadSubject(f"the subject needs 1 to {MAX_SUBJECT} characters")
    if received_at > at:
        raise BadReceipt(f"received at {received_at.isoformat()}, which is later than now")


def _contact(new: NewCase, by: Viewer, asking: Contact | None) -> Contact | None:
    """Who asks: the contact themselves, or whom staff name."""
    contact_id = by.id if by.is_contact else new.contact_id
    if by.is_contact and asking is not None and asking.pk == contact_id:
        return asking
    if contact_id is None:
        return None
    contact = _contacts.first(contact=contact_id)
    if contact is None or not (by.is_contact or contact.organisation_id == new.organisation_id):
        raise UnknownSubjectMatter("this contact does not belong to that organisation")
    return contact


def _organisation(new: NewCase, contact: Contact | None) -> Organisation | None:
    if new.organisation_id is None:
        return None
    if contact is not None and contact.organisation_id == new.organisation_id:
        return contact.organisation
    organisation = Organisation.objects.filter(pk=new.organisation_id).first()
    if organisation is None:
        raise UnknownSubjectMatter("no such organisation")
    return organisation


def agreed_product(
    organisation_id: int | None, product_id: int | None, device_id: int | None, version_id: int | None
) -> int | None:
    """The product named, or that of the device; they must agree, and so must the version."""
    if device_id is not None:
        device = Device.objects.filter(pk=device_id, organisation=organisation_id).first()
        if device is None or product_id not in {None, device.product_id}:
            raise UnknownSubjectMatter("no such device of that organisation and product")
        product_id = device.product_id
    if product_id is not None and not Product.objects.filter(pk=product_id).exists():
        raise UnknownSubjectMatter("no such product")
    if (
        version_id is not None
        and not ProductVersion.objects.filter(pk=version_id, product=product_id).exists()
    ):
        raise UnknownSubjectMatter("no such version of that product")
    return product_id


def freeze_terms(case: Case) -> Decision:
    """Settle what covers the case, as of its receipt, and where it waits first; of channels nothing."""
    decision = decide(
        organisation_id=case.organisation_id,
        side=case.organisation.boundary if case.organisation else None,
        product_id=case.product_id,
        device_id=case.device_id,
        at=case.opened_at,
        tells_channels=False,
    )
    found = decision.effective
    case.contract_id = found.contract_id if found else None
    case.plan_version = found.plan_version if found else None
    case.region = found.region if found else ""
    case.no_promise = decision.no_promise or ""
    case.queue = _queue(decision)
    return decision


def _check_severity(decision: Decision, key: str) -> None:
    """The plan knows the severities; where nothing is promised, the catalogue in force does."""
    allowed = decision.severities or tuple(severity.key for severity in severities(decision.at))
    if key not in allowed:
        raise UnknownSeverity(key, allowed)


def _terms(decision: Decision, severity: str) -> FrozenTerms | None:
    """Of the first response; None where nothing is promised."""
    found = decision.effective
    if found is None:
        return None
    return clock_terms(
        plan_version=found.plan_version, region=found.region, severity=severity, contract=found.number
    )


def _queue(decision: Decision) -> Queue:
    """The tier that the plan names; without a promise a lead decides."""
    if decision.effective is None:
        return Queue.LEAD
    return Queue.TIER_2 if decision.effective.plan.triage_tier >= 2 else Queue.TIER_1


def _first_message(case: Case, new: NewCase, contact: Contact | None, *, by: Viewer, at: datetime) -> None:
    """The description, in the name of whom it came from even where staff typed it."""
    author = by
    if contact is not None and by.is_staff:
        author = Viewer(kind=ViewerKind.CONTACT, id=contact.pk, name=contact.name)
    conversations.say(
        conversation=case.conversation, new=new.message, by=author, sent_at=case.opened_at, at=at
    )
