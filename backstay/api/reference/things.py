"""Products and their versions, and the devices that stand at customers."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from backstay.accounts import queries as accounts
from backstay.api.answering import PROBLEMS, Made, answer_once, found, known
from backstay.api.paging import Order
from backstay.api.reference.schemas import (
    DeviceIn,
    DeviceOut,
    DevicePage,
    ProductOut,
    ProductPage,
    ProductVersionOut,
    ProductVersionPage,
)
from backstay.api.schemas import Id, Paging
from backstay.assets import actions, queries
from backstay.assets.actions import Dates
from backstay.assets.models import Device
from backstay.core.scoping import current
from backstay.products import queries as products

router = Router(tags=["products and devices"])
PRODUCTS, DEVICES = Order("products", "name"), Order("devices", "serial")
NEWEST_RELEASE = Order("versions", "released_on", descending=True)


@router.get("/products", response={200: ProductPage, **PROBLEMS})
def list_products(request: HttpRequest, paging: Query[Paging]) -> ProductPage:
    """Everything that is sold, by name."""
    rows, following = PRODUCTS.page(products.products(), paging)
    return ProductPage(items=[ProductOut.of(row) for row in rows], next=following)


@router.get("/products/{int:product_id}/versions", response={200: ProductVersionPage, **PROBLEMS})
def list_versions(request: HttpRequest, product_id: int, paging: Query[Paging]) -> ProductVersionPage:
    """The releases of a product, newest first."""
    found(products.products().filter(pk=product_id).first())
    rows, following = NEWEST_RELEASE.page(products.versions(product_id), paging)
    return ProductVersionPage(items=[ProductVersionOut.from_orm(row) for row in rows], next=following)


@router.get("/devices", response={200: DevicePage, **PROBLEMS})
def list_devices(request: HttpRequest, organisation_id: Query[Id], paging: Query[Paging]) -> DevicePage:
    """The devices of an organisation that you may know of, by serial number."""
    rows, following = DEVICES.page(queries.devices_of(organisation_id), paging)
    return DevicePage(items=[DeviceOut.of(row) for row in rows], next=following)


@router.post("/devices", response={201: DeviceOut, **PROBLEMS})
def register_device(request: HttpRequest, body: DeviceIn) -> HttpResponse:
    """Put a device into the installed base of an organisation (managers only)."""

    def make() -> Made:
        made = _registered(body)
        return Made(DeviceOut.of(made), f"device:{made.pk}", made.boundary)

    return answer_once(request, 201, make)


def _registered(body: DeviceIn) -> Device:
    organisation = accounts.organisations().filter(pk=body.organisation_id).first()
    product = products.products().filter(pk=body.product_id).first()
    version = None
    if body.version_id is not None:
        version = known(products.versions(body.product_id).filter(pk=body.version_id).first(), "version")
    return actions.register_device(
        organisation=known(organisation, "organisation"),
        serial=body.serial,
        product=known(product, "product"),
        version=version,
        site=body.site,
        dates=Dates(
            purchased_on=body.purchased_on,
            shipped_on=body.shipped_on,
            delivered_on=body.delivered_on,
            registered_on=body.registered_on,
        ),
        by=current(),
        at=timezone.now(),
    )
