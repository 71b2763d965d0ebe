from django.apps import apps
from django.db import models
from django.db.migrations.state import ProjectState

from checks.findings import Finding
from checks.migrations import check, missing


def test_migrations_say_what_the_models_say() -> None:
    assert check() == []


def test_model_without_migration_is_found() -> None:
    state = ProjectState.from_apps(apps)
    state.add_field("products", "product", "colour", models.TextField(null=True), preserve_default=True)
    assert missing(state) == [Finding("products", "Add field colour to product")]
