import pytest
from django.db import models
from django.db.migrations.state import ProjectState

from checks import migrations


def test_migrations_say_what_the_models_say() -> None:
    assert migrations.check() == []


def test_model_without_migration_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_one_field_more(apps: object) -> ProjectState:
        state = ProjectState.from_apps(apps)
        state.add_field("products", "product", "colour", models.TextField(null=True), preserve_default=True)
        return state

    monkeypatch.setattr(migrations, "models_state", with_one_field_more)
    assert [(finding.where, finding.what) for finding in migrations.check()] == [
        ("products", "Add field colour to product")
    ]
