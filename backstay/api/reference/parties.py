"""Organisations, their contacts, staff, and who one is oneself."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from backstay.accounts import actions, queries
from backstay.accounts.actions import ContactRights, Locale
from backstay.api.answering import PROBLEMS, Made, answer_once, found, known
from backstay.api.paging import Order
from backstay.api.problems import StaffOnly
from backstay.api.reference.schemas import (
    ContactIn,
    ContactOut,
    ContactPage,
    MeOut,
    OrganisationIn,
    OrganisationOut,
    OrganisationPage,
    StaffOut,
    StaffPage,
)
from backstay.api.schemas import Id, Paging
from backstay.core.scoping import current
from backstay.plans import queries as plans

router = Router(tags=["parties"])
ORGANISATIONS = Order("organisations", "sort_key")
CONTACTS, STAFF = Order("contacts", "name"), Order("staff", "name")


@router.get("/me", response={200: MeOut, **PROBLEMS})
def me(request: HttpRequest) -> MeOut:
    """Whom your token stands for."""
    return MeOut.of(current())


@router.get("/organisations", response={200: OrganisationPage, **PROBLEMS})
def list_organisations(request: HttpRequest, paging: Query[Paging]) -> OrganisationPage:
    """Those that you may know of, by name."""
    rows, following = ORGANISATIONS.page(queries.organisations(), paging)
    return OrganisationPage(items=[OrganisationOut.of(row) for row in rows], next=following)


@router.get("/organisations/{int:organisation_id}", response={200: OrganisationOut, **PROBLEMS})
def one_organisation(request: HttpRequest, organisation_id: int) -> OrganisationOut:
    """One organisation."""
    return OrganisationOut.of(found(queries.organisations().filter(pk=organisation_id).first()))


@router.post("/organisations", response={201: OrganisationOut, **PROBLEMS})
def add_organisation(request: HttpRequest, body: OrganisationIn) -> HttpResponse:
    """Make a customer or partner known (managers only)."""

    def make() -> Made:
        at = timezone.now()
        made = actions.add_organisation(
            name=body.name,
            region=_known_region(body.region),
            locale=Locale(language=body.language, timezone=body.timezone),
            by=current(),
            at=at,
        )
        return Made(OrganisationOut.of(made), f"organisation:{made.pk}", made.boundary)

    return answer_once(request, 201, make)


def _known_region(key: str) -> str:
    regions = tuple(plans.catalogue(plans.current(timezone.now())).regions)
    if key not in regions:
        raise plans.UnknownRegion(key, regions)
    return key


@router.get("/contacts", response={200: ContactPage, **PROBLEMS})
def list_contacts(request: HttpRequest, organisation_id: Query[Id], paging: Query[Paging]) -> ContactPage:
    """Active contacts of an organisation that you may know of, by name."""
    rows, following = CONTACTS.page(queries.contacts_of(organisation_id), paging)
    return ContactPage(items=[ContactOut.of(row) for row in rows], next=following)


@router.post("/contacts", response={201: ContactOut, **PROBLEMS})
def add_contact(request: HttpRequest, body: ContactIn) -> HttpResponse:
    """Make a person of an organisation known (managers only). They cannot sign in yet."""

    def make() -> Made:
        organisation = queries.organisations().filter(pk=body.organisation_id).first()
        made = actions.add_contact(
            organisation=known(organisation, "organisation"),
            name=body.name,
            email=body.email,
            rights=ContactRights(case_view=body.case_view, access=body.access),
            locale=Locale(language=body.language, timezone=body.timezone),
            by=current(),
            at=timezone.now(),
        )
        return Made(ContactOut.of(made), f"contact:{made.pk}", made.boundary)

    return answer_once(request, 201, make)


@router.get("/staff", response={200: StaffPage, **PROBLEMS})
def list_staff(request: HttpRequest, paging: Query[Paging]) -> StaffPage:
    """Active staff by name (staff only)."""
    if not current().is_staff:
        raise StaffOnly("only staff may list staff")
    rows, following = STAFF.page(queries.staff_members(), paging)
    return StaffPage(items=[StaffOut.of(row) for row in rows], next=following)
