from datetime import date

from backstay.products.models import Product, ProductLine, ProductVersion


def add_line(*, key: str, name: str) -> ProductLine:
    return ProductLine.objects.create(key=key, name=name)


def add_product(*, line: ProductLine, key: str, name: str, is_hardware: bool) -> Product:
    return Product.objects.create(line=line, key=key, name=name, is_hardware=is_hardware)


def add_version(
    *, product: Product, name: str, released_on: date, support_ends_on: date | None = None
) -> ProductVersion:
    return ProductVersion.objects.create(
        product=product, name=name, released_on=released_on, support_ends_on=support_ends_on
    )
