import ast
from pathlib import Path

import pytest

from checks.actions import positional
from checks.findings import Finding

HERE = Path("backstay/cases/actions.py")


@pytest.mark.parametrize(
    "source",
    [
        "def close(*, case_id, by, at): ...",
        "def sort_key(name): ...",
        "def _step(case, move): ...",
        "def now(): ...",
    ],
)
def test_verb_with_names_only_is_fine(source: str) -> None:
    assert list(positional(HERE, ast.parse(source))) == []


@pytest.mark.parametrize(
    "source", ["def close(case_id, by): ...", "def close(*cases): ...", "def close(a, b, /): ..."]
)
def test_verb_with_nameless_values_is_found(source: str) -> None:
    found = Finding(f"{HERE}:1", "close takes positional arguments; put * first")
    assert list(positional(HERE, ast.parse(source))) == [found]


def test_folder_of_actions_answers_for_what_it_offers() -> None:
    tree = ast.parse("def close(case, by): ...\ndef shared(case, by): ...")
    found = list(positional(HERE, tree, {"close"}))
    assert [finding.where for finding in found] == [f"{HERE}:1"]
