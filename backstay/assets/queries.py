from django.db.models import BigIntegerField, QuerySet

from backstay.accounts import queries as accounts
from backstay.assets.models import Device
from backstay.core.composed import Composed, Parameter
from backstay.core.scoping import current

FIRST = 6
_first_devices = Composed(
    lambda: (
        Device.objects.filter(organisation=Parameter("organisation", BigIntegerField()))
        .select_related("product", "version")
        .order_by("serial")[:FIRST]
    )
)


def devices_of(organisation_id: int) -> QuerySet[Device]:
    """The devices of an organisation that the viewer may know of, by serial number."""
    return (
        Device.objects.filter(organisation__in=accounts.organisations().filter(pk=organisation_id).order_by())
        .select_related("product", "version")
        .order_by("serial")
    )


def first_devices(organisation_id: int) -> list[Device]:
    """The first of `devices_of`, at most `FIRST`; for staff only."""
    if not current().is_staff:
        raise PermissionError("only staff read the devices of any organisation")
    return _first_devices.all(organisation=organisation_id)
