"""When a start fills the database with the example world, and what it says otherwise."""

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings

from backstay.project import serve, world
from backstay.project.serve import EMPTY, Options


@pytest.fixture
def fillings(db: None, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When the world would have been filled."""
    made: list[datetime] = []

    def fill(*, at: datetime, **_: Any) -> None:
        made.append(at)

    monkeypatch.setattr(world, "fill", fill)
    return made


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_first_start_on_this_machine_fills_the_world(fillings: list[datetime], host: str) -> None:
    told: list[str] = []
    serve._fill(Options(host=host), told.append)
    assert (len(fillings), told) == (1, [])


@pytest.mark.parametrize("options", [Options(example=False), Options(host="0.0.0.0")])  # noqa: S104  # the case
def test_first_start_without_the_example_says_how_to_begin(
    fillings: list[datetime], options: Options
) -> None:
    told: list[str] = []
    serve._fill(options, told.append)
    assert (fillings, told) == ([], [EMPTY])


def test_first_start_of_a_site_with_a_name_is_not_filled(
    fillings: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOSTS", ["support.vendor.example"])
    told: list[str] = []
    serve._fill(Options(), told.append)
    assert (fillings, told) == ([], [EMPTY])
