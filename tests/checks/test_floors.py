import ast
from pathlib import Path

import pytest

from checks.findings import Finding
from checks.floors import check, floors, may_use, strings_pointing_up

HEIGHTS = {"core": 0, "plans": 1, "sla": 1, "cases": 2}
HERE = Path("backstay/sla/rules.py")


def found(source: str, app: str) -> list[Finding]:
    return list(strings_pointing_up(HERE, ast.parse(source), app, HEIGHTS))


def test_product_keeps_to_its_floors() -> None:
    assert check() == []


def test_floors_come_from_the_import_contract() -> None:
    heights = floors()
    assert heights["core"] == 0
    assert heights["console"] == heights["portal"] == heights["api"]
    assert heights["project"] == max(heights.values())


@pytest.mark.parametrize(
    ("user", "used", "allowed"),
    [("cases", "core", True), ("core", "cases", False), ("plans", "sla", False), ("sla", "sla", True)],
)
def test_use_is_allowed_downwards_and_at_home(user: str, used: str, *, allowed: bool) -> None:
    assert may_use(HEIGHTS, user, used) is allowed


@pytest.mark.parametrize(
    "source",
    [
        "apps.get_model('cases', 'Case')",
        "apps.get_model('cases.Case')",
        "import_module('backstay.cases.receivers')",
        "x = 'backstay.plans'",
    ],
)
def test_string_that_points_up_is_found(source: str) -> None:
    app = "plans" if "plans" in source else "cases"
    assert found(source, "sla") == [Finding(f"{HERE}:1", f"names {app}, which is not below sla")]


@pytest.mark.parametrize(
    "source",
    ["apps.get_model('core', 'OutboxEvent')", "name = 'backstay.sla'", "said = 'see backstay.cases'"],
)
def test_string_that_points_down_or_is_prose_is_fine(source: str) -> None:
    assert found(source, "sla") == []
