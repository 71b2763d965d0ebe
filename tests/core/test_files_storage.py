import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from backstay.core import files, scoping

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
# A process that is in the middle of storing a file, and says so.
HALFWAY = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(FILES_ROOT=Path(sys.argv[1]), ATTACHMENT_MAX_BYTES=10**9, ATTACHMENT_SCANNER="")
from backstay.core import files
print(files.store([b"whole"]).key, flush=True)
def chunks():
    yield b"x" * 5_000_000
    print("halfway", flush=True)
    time.sleep(60)
    yield b"the end"
files.store(chunks())
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def sweeper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "backstay_viewer", scoping.machine("sweeper"), raising=False)


def everything(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}


def lies_at(root: Path, key: str) -> Path:
    return root / key[:2] / key[2:4] / key


def aged(path: Path, age: timedelta) -> None:
    moment = (NOON - age).timestamp()
    os.utime(path, (moment, moment))


def test_store_gives_back_the_same_bytes_with_size_and_hash(root: Path):
    parts = [b"first ", b"", b"second", b"\x00" * 300_000]
    stored = files.store(parts)
    whole = b"".join(parts)
    assert stored == files.StoredFile(
        stored.key, len(whole), hashlib.sha256(whole).hexdigest(), "not_scanned", ""
    )
    with files.open_stored(stored.key) as file:
        assert file.read() == whole
    assert everything(root) == {lies_at(root, stored.key)}


def test_store_keeps_two_equal_files_apart():
    assert files.store([b"same"]).key != files.store([b"same"]).key


def test_store_hides_files_from_other_accounts(root: Path):
    stored = files.store([b"mine"])
    assert stat.S_IMODE(lies_at(root, stored.key).stat().st_mode) == 0o600


def test_store_brings_file_and_folders_to_the_disk(root: Path, monkeypatch: pytest.MonkeyPatch):
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    final = lies_at(root, files.store([b"kept"]).key)
    arriving = root / "incoming" / final.name
    assert synced == [str(path) for path in (arriving, final.parent, final.parent.parent, root)]


def test_store_refuses_one_byte_more_than_the_limit(root: Path):
    with pytest.raises(files.FileTooLarge) as refused:
        files.store([b"x"] * 11, max_bytes=10)
    assert str(refused.value).replace("\xa0", " ") == "This file is too large: at most 10 bytes are taken."
    assert everything(root) == set()
    assert files.store([b"x"] * 10, max_bytes=10).size == 10


def test_store_limits_as_the_settings_say(settings: Settings):
    settings.ATTACHMENT_MAX_BYTES = 3
    with pytest.raises(files.FileTooLarge) as refused:
        files.store([b"four"])
    assert refused.value.limit == 3


def test_store_leaves_nothing_when_the_sender_fails(root: Path):
    def chunks() -> Iterator[bytes]:
        yield b"some"
        assert len(everything(root)) == 1
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.store(chunks())
    assert everything(root) == set()


def test_store_killed_halfway_leaves_no_file_with_a_key(root: Path, sweeper: None):
    with subprocess.Popen(
        [sys.executable, "-c", HALFWAY, str(root)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        key = child.stdout.readline().strip()
        assert child.stdout.readline() == "halfway\n"
        child.send_signal(signal.SIGKILL)
    left = everything(root) - {lies_at(root, key)}
    assert {path.parent for path in left} == {root / "incoming"}
    later = datetime.now(UTC) + timedelta(days=2)
    assert files.sweep_orphans(known=lambda keys: keys, at=later) == 1
    assert everything(root) == {lies_at(root, key)}
    with files.open_stored(key) as file:
        assert file.read() == b"whole"


@pytest.mark.parametrize("key", ["0" * 32, "", "../secret", "incoming/" + "0" * 32, "0" * 31 + "G"])
def test_open_stored_knows_only_keys_that_it_gave(root: Path, key: str):
    root.mkdir()
    (root.parent / "secret").write_bytes(b"not yours")
    with pytest.raises(files.FileMissing):
        files.open_stored(key)


def test_discard_removes_a_file_and_does_not_mind_twice(root: Path):
    stored = files.store([b"gone"])
    files.discard(stored.key)
    files.discard(stored.key)
    assert everything(root) == set()


def test_sweep_orphans_removes_what_is_old_and_without_a_row(root: Path, sweeper: None):
    used, orphan, fresh = (files.store([name]).key for name in (b"used", b"orphan", b"fresh"))
    half = root / "incoming" / "half"
    half.write_bytes(b"ha")
    for path in (lies_at(root, used), lies_at(root, orphan), half):
        aged(path, timedelta(hours=25))
    aged(lies_at(root, fresh), timedelta(hours=23))
    asked: list[Collection[str]] = []

    def known(keys: Collection[str]) -> Collection[str]:
        asked.append(sorted(keys))
        return [used]

    assert files.sweep_orphans(known=known, older_than=timedelta(days=1), at=NOON) == 2
    assert everything(root) == {lies_at(root, used), lies_at(root, fresh)}
    assert asked == [sorted([used, orphan])]


def test_sweep_orphans_refuses_whoever_may_not_see_every_row(monkeypatch: pytest.MonkeyPatch):
    seer = scoping.Viewer(kind=scoping.ViewerKind.STAFF, id=1, sees_us=True)
    monkeypatch.setattr(connection, "backstay_viewer", seer, raising=False)
    with pytest.raises(PermissionError):
        files.sweep_orphans(known=lambda _: [], at=NOON)


def test_sweep_orphans_finds_nothing_where_nothing_was_stored(sweeper: None):
    assert files.sweep_orphans(known=lambda _: [], at=NOON) == 0
