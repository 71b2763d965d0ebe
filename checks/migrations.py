"""The migrations say what the models say; as `makemigrations --check`, without a database."""

from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from checks.findings import ROOT, Finding


def check(_: Path = ROOT) -> list[Finding]:
    return missing(ProjectState.from_apps(apps))


def missing(models: ProjectState) -> list[Finding]:
    """What would still have to be migrated for the models to look like that."""
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), models)
    changes = detector.changes(graph=loader.graph)
    return [
        Finding(label, operation.describe())
        for label, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    ]
