from pathlib import Path

import pytest

from checks.suppressions import unreasoned, unreasoned_rules

HERE = Path("backstay/a.py")
HASH = "#"  # so that this file's own lines hold no suppressions


@pytest.mark.parametrize(
    "comment",
    [
        "noqa: S101  # a running clock is due some time",
        "noqa: S101, S603  # fixed words",
        "noqa: PT011 - the words are compared below",
        "type: ignore[arg-type]  # the keys are the roles",
        "pragma: no cover  # only after a crash",
    ],
)
def test_suppression_with_rule_and_reason_is_fine(comment: str) -> None:
    assert list(unreasoned(HERE, f"x = 1  {HASH} {comment}\n")) == []


@pytest.mark.parametrize(
    "comment", ["noqa", "noqa: S101", "noqa  # why not", "type: ignore", "type: ignore[arg-type]"]
)
def test_suppression_without_rule_or_reason_is_found(comment: str) -> None:
    found = list(unreasoned(HERE, f"y = 0\nx = 1  {HASH} {comment}\n"))
    assert [finding.where for finding in found] == [f"{HERE}:2"]


def test_rule_switched_off_for_all_needs_a_reason() -> None:
    settings = 'ignore = [\n    "ANN401",   # Any stands where a value is anything\n    "D100",\n]\n'
    assert [finding.where for finding in unreasoned_rules("pyproject.toml", settings)] == ["pyproject.toml:3"]
