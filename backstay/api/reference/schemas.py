"""What the API takes and answers about parties, things and promises."""

from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from backstay.accounts.choices import Access, CaseView
from backstay.accounts.models import Contact, Organisation, Staff
from backstay.api.schemas import NO_NUL, Id, Instant, Key, Moment, Named, Page, Request
from backstay.assets.models import Device
from backstay.core.scoping import Viewer
from backstay.entitlements.choices import ContractKind
from backstay.entitlements.decisions import ChannelDecision, Decision
from backstay.entitlements.models import Contract
from backstay.plans.promises import Promise
from backstay.products.models import Product

Language = Literal["en", "ro"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=NO_NUL, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL, strip_whitespace=True)]
Zone = Annotated[str, StringConstraints(max_length=50, pattern=NO_NUL)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)]
Serial = Annotated[Name, StringConstraints(max_length=100)]
Number = Annotated[Name, StringConstraints(max_length=40)]
Site = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]


class MeOut(Schema):
    """Whom the token stands for. `roles` are a member of staff's; each includes those below it."""

    kind: str
    id: int
    name: str
    organisation_id: int | None
    roles: list[str]
    may_write: bool
    language: str
    timezone: str

    @classmethod
    def of(cls, viewer: Viewer) -> "MeOut":
        return cls(
            kind=viewer.kind,
            id=viewer.id,
            name=viewer.name,
            organisation_id=viewer.own_organisation,
            roles=sorted(viewer.roles),
            may_write=viewer.is_staff or viewer.may_write,
            language=viewer.language,
            timezone=viewer.timezone,
        )


class OrganisationIn(Request):
    name: Title
    region: Key = Field(description="the support region, such as ro or us")
    language: Language = "en"
    timezone: Zone = "UTC"


class OrganisationOut(Schema):
    id: int
    name: str
    region: str
    language: str
    timezone: str

    @classmethod
    def of(cls, row: Organisation) -> "OrganisationOut":
        return cls(id=row.pk, name=row.name, region=row.region, language=row.language, timezone=row.timezone)


class ContactIn(Request):
    organisation_id: Id
    name: Name
    email: Email
    case_view: CaseView = Field(CaseView.OWN, description="whose cases they see")
    access: Access = Field(Access.FULL, description="what they may do with them")
    language: Language = "en"
    timezone: Zone = "UTC"


class ContactOut(Schema):
    id: int
    organisation_id: int
    name: str
    email: str
    case_view: str
    access: str
    language: str
    timezone: str

    @classmethod
    def of(cls, row: Contact) -> "ContactOut":
        return cls(
            id=row.pk,
            organisation_id=row.organisation_id,
            name=row.name,
            email=row.email,
            case_view=row.case_view,
            access=row.access,
            language=row.language,
            timezone=row.timezone,
        )


class StaffOut(Schema):
    id: int
    name: str
    role: str
    team: str

    @classmethod
    def of(cls, row: Staff) -> "StaffOut":
        return cls(id=row.pk, name=row.name, role=row.role, team=row.team.key)


class ProductOut(Schema):
    id: int
    key: str
    name: str
    is_hardware: bool
    line: Named

    @classmethod
    def of(cls, row: Product) -> "ProductOut":
        line = Named(id=row.line_id, name=row.line.name)
        return cls(id=row.pk, key=row.key, name=row.name, is_hardware=row.is_hardware, line=line)


class ProductVersionOut(Schema):
    id: int
    name: str
    released_on: date
    support_ends_on: date | None


class DeviceIn(Request):
    organisation_id: Id
    serial: Serial
    product_id: Id
    version_id: Id | None = None
    site: Site = ""
    purchased_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None
    registered_on: date | None = None


class DeviceOut(Schema):
    id: int
    serial: str
    organisation_id: int
    product: Named
    version: Named | None
    site: str
    purchased_on: date | None
    shipped_on: date | None
    delivered_on: date | None
    registered_on: date | None

    @classmethod
    def of(cls, row: Device) -> "DeviceOut":
        return cls(
            id=row.pk,
            serial=row.serial,
            organisation_id=row.organisation_id,
            product=Named(id=row.product_id, name=row.product.name),
            version=Named.of(row.version),
            site=row.site,
            purchased_on=row.purchased_on,
            shipped_on=row.shipped_on,
            delivered_on=row.delivered_on,
            registered_on=row.registered_on,
        )


class ContractIn(Request):
    organisation_id: Id
    number: Number
    kind: ContractKind = ContractKind.PLAN
    plan: Key | None = Field(None, description="its key; a contract of the kind plan has one")
    product_line_id: Id | None = Field(None, description="null: every product")
    region: Key
    starts_at: Instant
    ends_at: Instant | None = Field(None, description="null: without an end")


class ContractOut(Schema):
    id: int
    organisation_id: int
    number: str
    kind: str
    plan: str | None
    product_line: Named | None
    region: str
    starts_at: Moment
    ends_at: Moment | None

    @classmethod
    def of(cls, row: Contract) -> "ContractOut":
        return cls(
            id=row.pk,
            organisation_id=row.organisation_id,
            number=row.number,
            kind=row.kind,
            plan=row.plan_key or None,
            product_line=Named.of(row.product_line),
            region=row.region,
            starts_at=row.period.lower,
            ends_at=row.period.upper,
        )


class RowOut(Schema):
    key: str
    label: str
    cells: list[str] = Field(description="in the order of `plans`")


class MatrixOut(Schema):
    """What each plan gives, row by row, in one language."""

    lang: str
    plans: list[str]
    rows: list[RowOut]


class Question(Schema):
    """Whose case it would be, about what, and when."""

    organisation_id: Id
    product_id: Id | None = None
    device_id: Id | None = None
    at: Instant | None = Field(None, description="now, when left out")


class ChannelOut(Schema):
    """Open now: in the plan, connected on this site, and within its hours; `reasons` say what is missing."""

    key: str
    in_plan: bool
    connected: bool
    open_now: bool
    opens_at: Moment | None
    closes_at: Moment | None
    reasons: list[str]

    @classmethod
    def of(cls, channel: ChannelDecision) -> "ChannelOut":
        return cls(
            key=channel.key,
            in_plan=channel.in_plan,
            connected=channel.connected,
            open_now=channel.open_now,
            opens_at=channel.opens_at,
            closes_at=channel.closes_at,
            reasons=[str(reason) for reason in channel.reasons],
        )


class PromisedStretch(Schema):
    start: Moment
    end: Moment
    kind: str
    reason: str
    detail: str


class PromiseOut(Schema):
    """By when a case of this severity would be answered; `amount` in seconds, or days for business days."""

    severity: str
    unit: str
    amount: int
    due_at: Moment
    stretches: list[PromisedStretch]

    @classmethod
    def of(cls, severity: str, promise: Promise) -> "PromiseOut":
        target = promise.target.target
        return cls(
            severity=severity,
            unit=target.unit,
            amount=target.amount,
            due_at=promise.due_at,
            stretches=[PromisedStretch.from_orm(stretch) for stretch in promise.stretches],
        )


class EntitlementOut(Schema):
    """What a case received at `at` would be promised; `no_promise` says why there is none."""

    at: Moment
    organisation_id: int | None
    plan: str | None
    contract: str | None
    region: str | None
    no_promise: str
    channels: list[ChannelOut]
    promises: list[PromiseOut]

    @classmethod
    def of(cls, decision: Decision, promises: dict[str, Promise]) -> "EntitlementOut":
        effective = decision.effective
        return cls(
            at=decision.at,
            organisation_id=decision.organisation_id,
            plan=effective.plan.key if effective else None,
            contract=effective.number if effective else None,
            region=effective.region if effective else None,
            no_promise=decision.no_promise or "",
            channels=[ChannelOut.of(channel) for channel in decision.channels],
            promises=[PromiseOut.of(severity, promise) for severity, promise in promises.items()],
        )


class OrganisationPage(Page[OrganisationOut]):
    pass


class ContactPage(Page[ContactOut]):
    pass


class StaffPage(Page[StaffOut]):
    pass


class ProductPage(Page[ProductOut]):
    pass


class ProductVersionPage(Page[ProductVersionOut]):
    pass


class DevicePage(Page[DeviceOut]):
    pass
