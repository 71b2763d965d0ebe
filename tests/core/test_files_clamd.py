import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from backstay.core import files
from backstay.core.files import clamd
from backstay.core.files.scanning import configured_scanner, scanner_setting
from tests.fixtures.clamd import EICAR, ClamdSimulator, clamd_simulator

PLAIN = "Files cannot be taken at the moment, because the virus scanner does not answer. "


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def scanner(settings: Settings) -> Iterator[ClamdSimulator]:
    listener = socket.create_server(("127.0.0.1", 0))
    settings.ATTACHMENT_SCANNER = f"clamd:127.0.0.1:{listener.getsockname()[1]}"
    with clamd_simulator(listener) as simulator:
        yield simulator


def kept(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_clamd_reads_the_whole_file_and_finds_it_clean(scanner: ClamdSimulator):
    content = bytes(range(256)) * 3000
    stored = files.store([content])
    assert (stored.scan_state, stored.scan_note) == ("clean", "")
    assert scanner.seen == [content]
    with files.open_stored(stored.key) as file:
        assert file.read() == content


def test_clamd_names_a_virus_and_its_file_is_never_opened(scanner: ClamdSimulator, root: Path):
    stored = files.store([b"before ", EICAR[:30], EICAR[30:]])
    assert (stored.scan_state, stored.scan_note) == ("infected", "Eicar-Test-Signature")
    assert [path.name for path in kept(root)] == [stored.key]
    with pytest.raises(files.FileInfected):
        files.open_stored(stored.key)
    files.discard(stored.key)
    assert kept(root) == []


def test_clamd_is_reached_through_a_socket_file(tmp_path: Path, settings: Settings):
    path = tmp_path / "clamd"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    settings.ATTACHMENT_SCANNER = f"clamd:unix:{path}"
    with clamd_simulator(listener):
        assert files.store([EICAR]).scan_state == "infected"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"stream: lstat() failed. ERROR\0", "it said 'stream: lstat() failed. ERROR'"),
        (None, "it hung up without an answer"),
        (b"stream: OK", "it hung up without an answer"),
        (b"x" * 5000, "it hung up without an answer"),
    ],
)
def test_clamd_without_a_verdict_lets_no_file_in(
    scanner: ClamdSimulator, root: Path, answer: bytes | None, reason: str
):
    scanner.answer = answer
    with pytest.raises(files.ScannerUnavailable) as refused:
        files.store([b"file"])
    assert refused.value.reason.partition(": ")[2] == reason
    assert str(refused.value).startswith(PLAIN)
    assert kept(root) == []


def test_clamd_that_takes_no_file_of_this_size_lets_none_in(scanner: ClamdSimulator, root: Path):
    scanner.stream_limit = 1_000_000
    with pytest.raises(files.ScannerUnavailable) as refused:
        files.store([b"x" * 100_000] * 100)
    assert refused.value.reason.partition(": ")[0].startswith("clamd at 127.0.0.1:")
    assert kept(root) == []


def test_clamd_that_is_down_lets_no_file_in(settings: Settings, root: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.ATTACHMENT_SCANNER = f"clamd:127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(files.ScannerUnavailable):
        files.store([b"file"])
    settings.ATTACHMENT_SCANNER = "clamd:unix:/nowhere"
    with pytest.raises(files.ScannerUnavailable):
        files.store([b"file"])
    assert kept(root) == []


def test_clamd_that_does_not_answer_is_not_waited_for_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clamd, "ANSWER_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.ATTACHMENT_SCANNER = f"clamd:127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(files.ScannerUnavailable) as refused:
            files.store([b"file"])
    assert refused.value.reason.endswith("TimeoutError: timed out")


@pytest.mark.parametrize(
    "setting", ["clamd", "clamd:", "clamd:localhost", "clamd:unix:", "clamd:a:b:3310", "sophos:x"]
)
def test_scanner_setting_that_is_wrong_is_named(settings: Settings, setting: str):
    settings.ATTACHMENT_SCANNER = setting
    with pytest.raises(ImproperlyConfigured) as error:
        configured_scanner()
    assert str(error.value).startswith(f"ATTACHMENT_SCANNER is {setting!r}")
    assert [message.msg for message in scanner_setting()] == [str(error.value)]


@pytest.mark.parametrize(
    "setting", ["", "clamd:localhost:3310", "clamd:[::1]:3310", "clamd:unix:/run/clamav/clamd.ctl"]
)
def test_scanner_setting_that_is_right_passes_the_check(settings: Settings, setting: str):
    settings.ATTACHMENT_SCANNER = setting
    assert scanner_setting() == []


def test_scanner_of_another_kind_can_be_registered(settings: Settings):
    class Suspicious:
        def __init__(self, word: str) -> None:
            self.word = word

        def scan(self, file) -> files.Verdict:
            return (
                files.Verdict("infected", self.word)
                if self.word.encode() in file.read()
                else files.Verdict("clean")
            )

    files.register_scanner("word", Suspicious)
    settings.ATTACHMENT_SCANNER = "word:secret"
    assert files.store([b"a secret"]).scan_note == "secret"
    assert files.store([b"nothing"]).scan_state == "clean"
