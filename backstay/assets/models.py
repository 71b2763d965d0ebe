"""The installed base: which device stands where, and whose it is."""

from django.db import models

from backstay.accounts.models import Organisation
from backstay.core.models import BoundRow
from backstay.products.models import Product, ProductVersion


class Device(BoundRow):
    """A unit by its serial number. The four dates are kept apart: warranties start by different ones."""

    serial = models.CharField(max_length=100, unique=True)  # stored in upper case
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="devices", db_constraint=False
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="devices")
    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, null=True, related_name="devices")
    site = models.CharField(max_length=200, blank=True)
    purchased_on = models.DateField(null=True)
    shipped_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.serial
