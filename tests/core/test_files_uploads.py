import hashlib
import socket
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory
from pytest_django import Settings

from backstay.core import files
from backstay.core.files.uploads import ArrivedFile

BIG = bytes(range(256)) * 5000


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def posted(**files_and_fields: object) -> HttpRequest:
    return RequestFactory().post("/", files_and_fields)


def kept(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_from_upload_moves_the_file_that_arrived(root: Path):
    request = posted(file=SimpleUploadedFile("big.bin", BIG, "application/x-big"), note="here")
    uploaded = request.FILES["file"]
    assert isinstance(uploaded, ArrivedFile)
    assert (uploaded.name, uploaded.size, uploaded.content_type) == ("big.bin", len(BIG), "application/x-big")
    assert uploaded.read() == BIG
    (arrived,) = kept(root)
    arrived_inode = arrived.stat().st_ino
    stored = files.from_upload(uploaded)
    request.close()
    assert stored == files.StoredFile(
        stored.key, len(BIG), hashlib.sha256(BIG).hexdigest(), "not_scanned", ""
    )
    (final,) = kept(root)
    assert (final.name, final.stat().st_ino) == (stored.key, arrived_inode)
    assert request.POST["note"] == "here"


def test_upload_that_nobody_keeps_goes_with_its_request(root: Path):
    request = posted(file=SimpleUploadedFile("a.txt", b"a"))
    assert len(request.FILES) == 1
    assert len(kept(root)) == 1
    request.close()
    assert kept(root) == []


def test_upload_of_too_large_a_file_is_refused_and_the_rest_of_the_form_kept(root: Path, settings: Settings):
    settings.ATTACHMENT_MAX_BYTES = 1000
    request = posted(
        big=SimpleUploadedFile("a", BIG), small=SimpleUploadedFile("b", b"x" * 1000), note="typed"
    )
    assert request.POST["note"] == "typed"
    assert request.FILES["big"].size == len(BIG)
    assert [path.stat().st_size for path in kept(root)] == [1000]
    with pytest.raises(files.FileTooLarge) as refused:
        files.from_upload(request.FILES["big"])
    assert refused.value.limit == 1000
    assert files.from_upload(request.FILES["small"]).size == 1000


def test_upload_of_one_file_too_many_is_refused(root: Path, settings: Settings):
    settings.ATTACHMENTS_PER_MESSAGE = 2
    request = posted(file=[SimpleUploadedFile(name, name.encode()) for name in ("a", "b", "c")])
    uploads = request.FILES.getlist("file")
    assert [files.from_upload(upload).size for upload in uploads[:2]] == [1, 1]
    with pytest.raises(files.TooManyFiles) as refused:
        files.from_upload(uploads[2])
    assert str(refused.value) == "Too many files: at most 2 are taken at a time."
    assert len(kept(root)) == 2


def test_upload_of_too_much_is_refused_before_a_byte_is_read(root: Path, settings: Settings):
    settings.UPLOAD_MAX_BYTES = 1000
    request = posted(file=SimpleUploadedFile("a", b"x" * 1001))
    with pytest.raises(RequestDataTooBig):
        _ = request.FILES
    assert not root.exists()


def test_upload_that_ends_within_a_file_is_an_error(root: Path):
    whole = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + b"x" * 1000
    request = RequestFactory().post("/", whole, content_type="multipart/form-data; boundary=b")
    with pytest.raises(MultiPartParserError):
        _ = request.FILES
    assert kept(root) == []


def test_upload_without_its_scanner_is_refused_when_it_is_asked_for(root: Path, settings: Settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.ATTACHMENT_SCANNER = f"clamd:127.0.0.1:{listener.getsockname()[1]}"
    request = posted(file=SimpleUploadedFile("a", b"x"), note="typed")
    assert request.POST["note"] == "typed"
    assert kept(root) == []
    with pytest.raises(files.ScannerUnavailable):
        files.from_upload(request.FILES["file"])


def test_from_upload_stores_a_file_of_another_handler_too():
    stored = files.from_upload(SimpleUploadedFile("a", BIG))
    with files.open_stored(stored.key) as file:
        assert file.read() == BIG
