"""What an organisation may hold is the union over these sources. Floors above register theirs."""

from collections.abc import Callable, Iterable

from django.db.models import BigIntegerField

from backstay.core.composed import Composed, Parameter
from backstay.entitlements.decisions import Holding, Question
from backstay.entitlements.models import Contract

Source = Callable[[Question], Iterable[Holding]]
registered: dict[str, Source] = {}
CONTRACTS = "contracts"
_contracts = Composed(
    lambda: (
        Contract.objects.filter(organisation=Parameter("organisation", BigIntegerField()))
        .select_related("product_line")
        .order_by("id")
    )
)


class AlreadyRegistered(ValueError):  # names what is the case
    """Another source has that name."""


def register(name: str, source: Source) -> None:
    """Add a source: given a question, all that the organisation holds, whether or not it covers the case."""
    if registered.get(name, source) is not source:
        raise AlreadyRegistered(f"there is a source of entitlements called {name} already")
    registered[name] = source


def holdings(question: Question) -> tuple[Holding, ...]:
    return tuple(held for source in registered.values() for held in source(question))


def contracts(question: Question) -> Iterable[Holding]:
    """The organisation's contracts of every kind, expired and future ones too."""
    return [_holding(row) for row in _contracts.all(organisation=question.organisation_id)]


def _holding(row: Contract) -> Holding:
    return Holding(
        source=CONTRACTS,
        kind=row.kind,
        number=row.number,
        boundary=row.boundary,
        starts_at=row.period.lower,
        ends_at=row.period.upper,
        contract_id=row.pk,
        plan_key=row.plan_key,
        region=row.region,
        product_line_id=row.product_line_id,
        product_line=row.product_line.name if row.product_line else "",
    )


register(CONTRACTS, contracts)
