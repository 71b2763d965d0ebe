"""The migrations say what the models say; as `makemigrations --check`, without a database."""

from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from checks.findings import ROOT, Finding


models_state = ProjectState.from_apps


def check(_: Path = ROOT) -> list[Finding]:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), models_state(apps))
    changes = detector.changes(graph=loader.graph)
    return [
        Finding(label, operation.describe())
        for label, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    ]
