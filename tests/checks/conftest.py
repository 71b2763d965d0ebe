import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty working copy, since the checks look at what is under version control, or about to be."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)  # noqa: S607  # git is wherever the machine has it
    (tmp_path / "backstay").mkdir()
    return tmp_path
