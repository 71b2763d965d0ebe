from django.db.models import QuerySet

from backstay.accounts import queries as accounts
from backstay.assets.models import Device


def devices_of(organisation_id: int) -> QuerySet[Device]:
    """The devices of an organisation that the viewer may know of, by serial number."""
    return (
        Device.objects.filter(organisation__in=accounts.organisations().filter(pk=organisation_id).order_by())
        .select_related("product", "version")
        .order_by("serial")
    )
