from django.db.models import QuerySet

from backstay.products.models import Product, ProductLine, ProductVersion


def products() -> QuerySet[Product]:
    """Everything that is sold, by name; the list is public."""
    return Product.objects.select_related("line").order_by("name", "id")


def lines() -> QuerySet[ProductLine]:
    """What a contract can cover, by name."""
    return ProductLine.objects.order_by("name", "id")


def versions(product_id: int) -> QuerySet[ProductVersion]:
    """The releases of a product, newest first."""
    return ProductVersion.objects.filter(product=product_id).order_by("-released_on", "-id")
