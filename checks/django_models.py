"""What the models say of themselves."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Field, Model


def models() -> list[type[Model]]:
    """The product's own models."""
    return [model for model in apps.get_models() if is_ours(model)]


def is_ours(model: type[Model]) -> bool:
    return model.__module__.startswith("backstay.")


def own_fields(model: type[Model]) -> "Iterator[Field[Any, Any]]":
    """Fields that this model declares, with keys and many-to-many ones, and nothing that points to it."""
    return (field for field in model._meta.get_fields() if isinstance(field, Field))  # noqa: SLF001  # Django's documented way


def relations(model: type[Model]) -> Iterator[str]:
    """ "table.column" of each key."""
    table = model._meta.db_table  # noqa: SLF001  # Django's documented way
    keys = (field for field in own_fields(model) if field.many_to_one or field.one_to_one)
    return (f"{table}.{field.column}" for field in keys)
