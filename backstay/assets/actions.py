from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from backstay.accounts.actions import require_manager
from backstay.accounts.models import Organisation
from backstay.assets.models import Device
from backstay.core import audit
from backstay.core.scoping import Viewer
from backstay.products.models import Product, ProductVersion


class SerialTaken(ValueError):
    """Another device has that serial number."""


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
    """Put a device into the installed base of an organisation. Serial numbers are kept in upper case.

    Raises accounts.actions.MayNotManage, SerialTaken.
    """
    require_manager(by=by)
    device = Device(
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
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise SerialTaken("another device has this serial number") from error
        raise
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
