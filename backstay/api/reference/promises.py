"""What is sold, what an organisation has bought, and what that promises for a case."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from backstay.accounts import queries as accounts
from backstay.api.answering import PROBLEMS, Made, answer_once, found, known
from backstay.api.reference.schemas import (
    ContractIn,
    ContractOut,
    EntitlementOut,
    Language,
    MatrixOut,
    Question,
)
from backstay.cases.actions.opening import agreed_product
from backstay.core.scoping import current
from backstay.entitlements import actions, queries
from backstay.entitlements.actions import ContractTerms
from backstay.plans import queries as plans
from backstay.plans.matrix import matrix
from backstay.products import queries as products

router = Router(tags=["promises"])


@router.get("/plans", response={200: MatrixOut, **PROBLEMS})
def plan_matrix(request: HttpRequest, lang: Query[Language] = "en") -> MatrixOut:
    """What each plan gives, row by row, by the catalogue in force."""
    catalogue = plans.catalogue(plans.current(timezone.now()))
    return MatrixOut.model_validate(matrix(catalogue, lang).to_dict())


@router.get("/entitlement", response={200: EntitlementOut, **PROBLEMS})
def entitlement(request: HttpRequest, question: Query[Question]) -> EntitlementOut:
    """What a case would be promised, and which channels are open, at an instant."""
    organisation = found(accounts.organisations().filter(pk=question.organisation_id).first())
    decision = queries.check(
        organisation_id=organisation.pk,
        product_id=agreed_product(organisation.pk, question.product_id, question.device_id, None),
        device_id=question.device_id,
        at=question.at or timezone.now(),
    )
    promises = {severity: queries.promise(decision, severity) for severity in decision.severities}
    return EntitlementOut.of(decision, promises)


@router.post("/contracts", response={201: ContractOut, **PROBLEMS})
def sign_contract(request: HttpRequest, body: ContractIn) -> HttpResponse:
    """Write down a contract (managers only). One under the US boundary puts its organisation behind it."""

    def make() -> Made:
        organisation = accounts.organisations().filter(pk=body.organisation_id).first()
        made = actions.sign_contract(
            organisation=known(organisation, "organisation"),
            terms=_terms(body),
            by=current(),
            at=timezone.now(),
        )
        return Made(ContractOut.of(made), f"contract:{made.pk}", made.boundary)

    return answer_once(request, 201, make)


def _terms(body: ContractIn) -> ContractTerms:
    line = None
    if body.product_line_id is not None:
        line = known(products.lines().filter(pk=body.product_line_id).first(), "product line")
    return ContractTerms(
        number=body.number,
        kind=body.kind,
        region=body.region,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        plan_key=body.plan or "",
        product_line=line,
    )
