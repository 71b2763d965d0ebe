from pathlib import Path

import pytest

from checks.machine_names import found_in

HERE = Path("README.md")
SLASH = "/"


@pytest.mark.parametrize(
    "line",
    [
        f"see {SLASH}home/ana/backstay",
        f"cd {SLASH}root/project",
        "https:" + SLASH * 2 + "pypi" + ".org/simple",
        "pip install --" + "index-url https:" + SLASH * 2 + "mirror",
    ],
)
def test_name_of_a_machine_or_registry_is_found(line: str) -> None:
    assert [finding.where for finding in found_in(HERE, f"fine\n{line}\n")] == [f"{HERE}:2"]


@pytest.mark.parametrize(
    "line",
    [
        "#!/usr/bin/env bash",
        "docs/home/index.md",
        "https://example.org/home/page",
        "var/postgres",
        "a/root/b",
    ],
)
def test_ordinary_path_is_fine(line: str) -> None:
    assert list(found_in(HERE, line)) == []
