"""Who and what the example world is made of: staff, customers, products and devices, by the real actions."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from backstay.accounts import actions as accounts
from backstay.accounts import queries as account_queries
from backstay.accounts import residency
from backstay.accounts.actions import ContactRights, Locale, Post, Proven, Stay
from backstay.accounts.choices import Access, CaseView, Fact, Proof, Role
from backstay.accounts.models import Contact, Organisation, Staff
from backstay.assets import actions as assets
from backstay.assets.actions import Dates
from backstay.assets.models import Device
from backstay.core.scoping import Viewer, machine
from backstay.entitlements import actions as entitlements
from backstay.entitlements.actions import ContractTerms
from backstay.entitlements.choices import ContractKind
from backstay.products import actions as products
from backstay.products.models import Product, ProductLine, ProductVersion
from backstay.project.world import data
from backstay.project.world.data import ContractData, OrganisationData, ProductData, StaffData

PASSWORD = "example-world-only"  # noqa: S105  # printed at every start, and of use nowhere else
BY = machine("example world")
AGE = timedelta(days=650)  # everything was made known before the oldest contract began
ATTESTED_FOR = timedelta(days=3652)  # as long as a passport is valid
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Colleague:
    """A member of staff as an actor."""

    data: StaffData
    viewer: Viewer

    @property
    def first_name(self) -> str:
        return self.data.name.split()[0]


@dataclass(frozen=True)
class Person:
    """A contact as an actor."""

    row: Contact
    viewer: Viewer

    @property
    def first_name(self) -> str:
        return self.row.name.split()[0]


@dataclass(frozen=True)
class Ware:
    """A product and its versions, oldest first."""

    row: Product
    data: ProductData
    versions: tuple[ProductVersion, ...]

    @property
    def line(self) -> str:
        return self.data.line


@dataclass(frozen=True)
class Holding:
    """A contract: the plan it gives, from when until when, for which line (empty: for all)."""

    plan: str
    starts_at: datetime
    ends_at: datetime
    line: str


@dataclass(frozen=True)
class Customer:
    data: OrganisationData
    row: Organisation
    people: tuple[Person, ...]  # those who write
    devices: tuple[Device, ...]
    wares: tuple[Ware, ...]
    holdings: tuple[Holding, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.data.zone)

    @property
    def is_bound(self) -> bool:
        return self.row.boundary == "us"

    def plan(self, line: str, at: datetime) -> str | None:
        """The plan that covers a product line at an instant."""
        covering = (held for held in self.holdings if held.starts_at <= at < held.ends_at)
        return next((held.plan for held in covering if held.line in {"", line}), None)


@dataclass(frozen=True)
class Parties:
    staff: tuple[Colleague, ...]
    customers: tuple[Customer, ...]


def make(rng: Random, at: datetime) -> Parties:
    """Everybody and everything, as of long before `at`."""
    wares = _wares(at)
    staff = _staff(at - AGE)
    customers = tuple(_customer(each, wares, rng, at) for each in data.organisations())
    _grant(customers, at - AGE)
    return Parties(staff, tuple(_with_people(customer) for customer in customers))


def email(name: str, domain: str) -> str:
    """As in ana.marin@valea-alba.example."""
    plain = "".join(letter for letter in normalize("NFKD", name) if not combining(letter))
    return f"{re.sub('[^a-z]+', '.', plain.lower())}@{domain}"


def _staff(known_at: datetime) -> tuple[Colleague, ...]:
    teams = {
        level: accounts.add_team(key=f"level-{level}", name=f"Level {level}", tier=level) for level in (1, 2)
    }
    hired = []
    for each in data.staff():
        row = accounts.hire(
            name=each.name,
            email=email(each.name, data.staff_domain()),
            password=PASSWORD if each.sign_in else None,
            post=Post(role=Role(each.role), team=teams[each.level]),
            locale=Locale(language=each.language, timezone=each.zone),
            by=BY,
            at=known_at,
        )
        if each.us:
            _make_eligible(row, known_at)
        hired.append(Colleague(each, account_queries.staff_viewer(row, at=known_at)))
    return tuple(hired)


def _make_eligible(staff: Staff, known_at: datetime) -> None:
    """A citizen whose passport was seen, and who works from the United States."""
    proven = Proven(
        fact=Fact.US_CITIZENSHIP,
        verified_by="Personnel department",
        method=Proof.PASSPORT,
        attested_on=known_at.date(),
        expires_at=known_at + ATTESTED_FOR,
    )
    accounts.attest(staff=staff, proven=proven, by=BY, at=known_at)
    stay = Stay(country=residency.HOME, starts_at=known_at)
    accounts.declare_location(staff=staff, stay=stay, by=BY, at=known_at)


def _wares(at: datetime) -> dict[str, Ware]:
    lines = {key: products.add_line(key=key, name=name) for key, name in data.product_lines().items()}
    return {each.key: _ware(each, lines[each.line], at) for each in data.products()}


def _ware(each: ProductData, line: ProductLine, at: datetime) -> Ware:
    row = products.add_product(line=line, key=each.key, name=each.name, is_hardware=bool(each.hardware))
    versions = tuple(
        products.add_version(
            product=row,
            name=name,
            released_on=(at - released * DAY).date(),
            support_ends_on=(at - ended * DAY).date(),
        )
        for name, released, ended in each.versions
    )
    return Ware(row, each, versions)


def _customer(each: OrganisationData, wares: dict[str, Ware], rng: Random, at: datetime) -> Customer:
    locale = Locale(language=each.language, timezone=each.zone)
    row = accounts.add_organisation(name=each.name, region=each.region, locale=locale, by=BY, at=at - AGE)
    holdings = tuple(_sign(row, contract, each, number, at) for number, contract in enumerate(each.contracts))
    row.refresh_from_db()
    for number, (name, view, access) in enumerate(each.contacts):
        contact = accounts.add_contact(
            organisation=row,
            name=name,
            email=email(name, each.domain),
            rights=ContactRights(case_view=CaseView(view), access=Access(access)),
            locale=locale,
            by=BY,
            at=at - AGE,
        )
        if each.sign_in and number == 0:
            accounts.let_sign_in(contact=contact, password=PASSWORD, by=BY, at=at - AGE)
    devices = tuple(
        _device(row, wares[key], each.sites[number % len(each.sites)], rng, at)
        for number, key in enumerate(each.devices)
    )
    used = dict.fromkeys([*each.products, *each.devices])
    return Customer(each, row, (), devices, tuple(wares[key] for key in used), holdings)


def _sign(
    row: Organisation, contract: ContractData, each: OrganisationData, number: int, at: datetime
) -> Holding:
    zone = ZoneInfo(each.zone)
    first = _next_month(at, zone) if isinstance(contract.first, str) else _midnight(at, zone, contract.first)
    last = _midnight(at, zone, contract.last)
    terms = ContractTerms(
        number=f"{each.domain.split('.')[0].upper()}-{first:%Y}-{number + 1}",
        kind=ContractKind.PLAN,
        region=each.region,
        starts_at=first,
        ends_at=last,
        plan_key=contract.plan,
        product_line=ProductLine.objects.get(key=contract.line) if contract.line else None,
    )
    entitlements.sign_contract(organisation=row, terms=terms, by=BY, at=min(first, at) - 10 * DAY)
    return Holding(contract.plan, first, last, contract.line)


def _midnight(at: datetime, zone: ZoneInfo, days_before: int) -> datetime:
    local = at.astimezone(zone) - days_before * DAY
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _next_month(at: datetime, zone: ZoneInfo) -> datetime:
    return (_midnight(at, zone, 0).replace(day=1) + 32 * DAY).replace(day=1)


def _device(row: Organisation, ware: Ware, site: str, rng: Random, at: datetime) -> Device:
    """Bought some time ago, shipped, delivered and registered within days of that; not all are registered."""
    bought = (at - rng.randint(120, 640) * DAY).date()
    shipped = bought + rng.randint(2, 9) * DAY
    delivered = shipped + rng.randint(1, 6) * DAY
    return assets.register_device(
        organisation=row,
        serial=f"{ware.data.hardware}-{bought:%y%m}-{rng.randrange(10_000, 99_999)}",
        product=ware.row,
        version=rng.choice(ware.versions[-3:]),
        site=site,
        dates=Dates(
            purchased_on=bought,
            shipped_on=shipped,
            delivered_on=delivered,
            registered_on=delivered + rng.randint(0, 20) * DAY if rng.random() < 0.8 else None,
        ),
        by=BY,
        at=at - 100 * DAY,
    )


def _grant(customers: tuple[Customer, ...], known_at: datetime) -> None:
    rows = {customer.data.name: customer.row for customer in customers}
    for customer in customers:
        for name, access in customer.data.grants:
            accounts.grant(
                partner=customer.row, customer=rows[name], access=Access(access), by=BY, at=known_at
            )


def _with_people(customer: Customer) -> Customer:
    """The same with those who may write, as actors: their rights are known by now."""
    contacts = Contact.objects.select_related("organisation").filter(
        organisation=customer.row, access=Access.FULL
    )
    people = tuple(Person(row, account_queries.contact_viewer(row)) for row in contacts.order_by("id"))
    return Customer(customer.data, customer.row, people, customer.devices, customer.wares, customer.holdings)
