"""What a web process reads once, read before its first request, which would take a second longer."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import resolve


def warm() -> None:
    """Import every view, and compile every template of ours."""
    resolve("/healthz")
    for name in templates():
        get_template(name)


def templates() -> list[str]:
    """The names under which our own templates are found."""
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs()]
    ours = [folder for folder in folders if settings.PACKAGE in folder.parents]
    return [str(path.relative_to(folder)) for folder in ours for path in sorted(folder.rglob("*.html"))]
