"""What a web process reads before its first request."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from backstay.project import warming


def test_templates_are_all_of_ours_and_nobody_elses():
    found = [Path(get_template(name).template.origin.name) for name in warming.templates()]
    assert sorted(found) == sorted(settings.PACKAGE.rglob("templates/**/*.html"))


def test_warming_leaves_nothing_to_compile(monkeypatch: pytest.MonkeyPatch):
    warming.warm()
    assert "url_patterns" in vars(get_resolver())
    loads = []
    monkeypatch.setattr("django.template.loaders.base.Loader.get_template", lambda *a, **k: loads.append(a))
    for name in warming.templates():
        get_template(name)
    assert loads == []
