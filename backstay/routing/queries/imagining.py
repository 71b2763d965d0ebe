"""Facts of a case that nobody has opened."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from backstay.accounts import queries as accounts
from backstay.accounts.models import Organisation
from backstay.cases.choices import Queue
from backstay.conversations.choices import Channel
from backstay.core.scoping import Boundary, current
from backstay.entitlements.queries import UnknownOrganisation, check
from backstay.plans import queries as plans
from backstay.plans.models import PlanVersion
from backstay.plans.promises import promise
from backstay.products.models import Product
from backstay.routing.decisions import CaseFacts
from backstay.routing.queries.cases import known_topics, previous_of, spoken_of


class BehindBoundary(PermissionError):
    """Who would get a bound case is not for people outside the boundary to know."""


@dataclass(frozen=True, kw_only=True)
class Imagined:
    """What somebody supposes.

    Without a plan, what the organisation is entitled to counts; without either nothing is promised and the
    case would wait for a lead.
    """

    severity: str
    plan: str = ""
    organisation_id: int | None = None
    product: Product | None = None
    language: str = ""
    subject: str = ""
    channel: Channel = Channel.PORTAL


def imagine(supposed: Imagined, *, at: datetime) -> CaseFacts:
    """The facts that such a case would have if it were opened at `at`.

    Raises BehindBoundary, entitlements.queries.UnknownOrganisation, plans.queries.UnknownTerm.
    """
    organisation = _organisation(supposed.organisation_id)
    version, region = _plan(supposed, organisation, at)
    return CaseFacts(
        boundary=_boundary(version, organisation),
        queue=_queue(version),
        channel=supposed.channel,
        language=supposed.language or (organisation.language if organisation else settings.LANGUAGE_CODE),
        product=supposed.product.key if supposed.product else "",
        product_line=supposed.product.line.key if supposed.product else "",
        topics=spoken_of(supposed.subject, known_topics()),
        previous=previous_of(organisation.pk) if organisation else None,
        due_at=promise(version, supposed.severity, region, at).due_at if version else None,
    )


def _organisation(organisation_id: int | None) -> Organisation | None:
    if organisation_id is None:
        return None
    found: Organisation | None = accounts.organisations().filter(pk=organisation_id).first()
    if found is None:
        raise UnknownOrganisation(organisation_id)
    return found


def _plan(
    supposed: Imagined, organisation: Organisation | None, at: datetime
) -> tuple[PlanVersion | None, str]:
    """The plan and the region that it would run in; none where nothing would be promised."""
    if supposed.plan:
        version = plans.plan(supposed.plan, at)
        asked = organisation.region if organisation else ""
        return version, plans.terms(version).region(asked)
    if organisation is None:
        return None, ""
    product_id = supposed.product.pk if supposed.product else None
    found = check(organisation_id=organisation.pk, product_id=product_id, at=at).effective
    return (found.plan_version, found.region) if found else (None, "")


def _boundary(version: PlanVersion | None, organisation: Organisation | None) -> str:
    sides = {organisation.boundary if organisation else Boundary.OPEN}
    if version is not None:
        sides.add(plans.terms(version).boundary)
    boundary = Boundary.US if Boundary.US in sides else Boundary.OPEN
    if not current().sees(boundary):
        raise BehindBoundary("who would get a bound case is not for people outside the boundary to know")
    return boundary


def _queue(version: PlanVersion | None) -> Queue:
    """As `cases.actions.open_case` settles it."""
    if version is None:
        return Queue.LEAD
    return Queue.TIER_2 if plans.terms(version).triage_tier >= 2 else Queue.TIER_1
