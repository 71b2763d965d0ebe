"""Contracts: what an organisation has bought, for which products, from when until when."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from backstay.accounts.models import Organisation
from backstay.core.models import BoundRow
from backstay.entitlements.choices import ContractKind
from backstay.products.models import ProductLine


class Contract(BoundRow):
    """One contract. Its `period` is half-open; without a product line it covers every product.

    It names a plan by key; which version of that plan counts is settled when a case is opened.
    """

    number = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contracts", db_constraint=False
    )
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ContractKind])
    plan_key = models.SlugField(blank=True)
    product_line = models.ForeignKey(
        ProductLine, on_delete=models.PROTECT, null=True, related_name="contracts"
    )
    region = models.SlugField()
    period = DateTimeRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="contract_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (Coalesce("product_line_id", models.Value(0)), RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(period__isempty=False, period__startswith__isnull=False),
                name="contract_period_real",
            ),
        ]

    def __str__(self) -> str:
        return self.number
