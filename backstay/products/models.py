"""Things sold: product lines, products, and their versions."""

from typing import ClassVar

from django.db import models


class ProductLine(models.Model):
    """What a contract covers: one line of products."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    line = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="products")
    key = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    is_hardware = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class ProductVersion(models.Model):
    """A release. After `support_ends_on` it is no longer supported; None: no end announced."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=50)
    released_on = models.DateField()
    support_ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "name"], name="version_once")]

    def __str__(self) -> str:
        return self.name
