from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from backstay.accounts.models import Organisation
from backstay.assets.models import Device
from backstay.core import audit
from backstay.core.scoping import Viewer
from backstay.products.models import Product, ProductVersion


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The four dates of a device, each unknown until somebody knows it."""

    purchased_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None
    registered_on: date | None = None


@transaction.atomic
def register_device(
    *,
    organisation: Organisation,
    serial: str,
    product: Product,
    version: ProductVersion | None,
    site: str,
    dates: Dates,
    by: Viewer,
    at: datetime,
) -> Device:
    """Put a device into the installed base of an organisation. Serial numbers are kept in upper case."""
    device = Device.objects.create(
        organisation=organisation,
        boundary=organisation.boundary,
        serial=serial.strip().upper(),
        product=product,
        version=version,
        site=site,
        purchased_on=dates.purchased_on,
        shipped_on=dates.shipped_on,
        delivered_on=dates.delivered_on,
        registered_on=dates.registered_on,
    )
    facts = {"serial": device.serial, "organisation": organisation.pk}
    audit.record(
        "device_registered",
        subject=("device", device.pk),
        boundary=device.boundary,
        by=by,
        at=at,
        facts=facts,
    )
    return device
