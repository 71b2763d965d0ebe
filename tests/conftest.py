"""What every test may ask for. Databases, browser and live product have files of their own."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from backstay.core import postgres, scoping

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.cast",
    "tests.fixtures.live",
    "tests.fixtures.duty",
    "tests.fixtures.outside",
    "tests.fixtures.browser",
]
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """The real hasher, made cheap: a product that runs with the dear one still knows its hashes."""
    with pytest.MonkeyPatch.context() as patch:
        for cost, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, cost, value)
        yield


@pytest.fixture
def at() -> datetime:
    """A Wednesday morning within everybody's business hours."""
    return datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Bucharest"))


@pytest.fixture
def acting_as(db: None) -> Iterator[Callable[[scoping.Viewer], scoping.Viewer]]:
    """`acting_as(viewer)`: from here to the end of the test, this person is looking."""
    with ExitStack() as stack:
        yield lambda viewer: stack.enter_context(scoping.acting(viewer))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data that BACKSTAY_SHARED names (default: beside the checkout)."""
    folder = (ROOT / os.environ.get("BACKSTAY_SHARED", "../shared")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}: set BACKSTAY_SHARED")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _files_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads, mails and collected static files of tests go to folders of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "FILES_ROOT", tmp_path_factory.mktemp("files"))
        patch.setattr(settings, "EMAIL_FILE_PATH", tmp_path_factory.mktemp("mail"))
        patch.setattr(settings, "STATIC_ROOT", tmp_path_factory.mktemp("static"))
        yield


@pytest.fixture(scope="module")
def own_var() -> Iterator[Path]:
    """A `var` folder for a server of this file's own, which needs no DATABASE_URL. Gone afterwards.

    Not below pytest's own temporary folder: the unprivileged user who runs PostgreSQL could not reach that.
    """
    parent = settings.VAR / "test"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="var-", dir=parent))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("DATABASE_OWNER_URL", raising=False)
        patch.setenv("BACKSTAY_VAR", str(folder))
        yield folder
        postgres.delete(folder)
    shutil.rmtree(folder)
