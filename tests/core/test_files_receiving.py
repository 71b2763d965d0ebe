"""Real bytes over a real socket: the handler under the server that serves it."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.test import override_settings
from django.urls import path
from pytest_django import Settings

from backstay.core import files
from backstay.core.files import receiving
from backstay.core.files.receiving import ReceivingHandler

BIG = bytes(range(256)) * 12_000  # 3 MB: more than what is read before a thread takes over
HEAD = "POST /take HTTP/1.1\r\nHost: localhost\r\n"
FORM = "Content-Type: multipart/form-data; boundary=b\r\n"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


def take(request: HttpRequest) -> HttpResponse:
    try:
        stored = [files.from_upload(upload) for upload in request.FILES.getlist("file")]
    except files.FileRefused as refused:
        return JsonResponse({"note": request.POST.get("note"), "refused": str(refused)}, status=422)
    return JsonResponse(
        {"note": request.POST.get("note"), "files": [[file.key, file.sha256] for file in stored]}
    )


def ignore(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"files": len(request.FILES)})


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


def give(request: HttpRequest, key: str, size: int) -> HttpResponseBase:
    return files.serve(request, key=key, name="a.bin", content_type="", size=size, sha256="e" * 64)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(str(exception), status=400)


class Urls:
    handler400 = staticmethod(bad_request)
    urlpatterns = (
        path("take", take),
        path("ignore", ignore),
        path("echo", echo),
        path("give/<key>/<int:size>", give),
    )


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with (
        override_settings(MIDDLEWARE=[], ROOT_URLCONF=Urls),
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        config = uvicorn.Config(ReceivingHandler(), lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def client(address: tuple[str, int]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}", timeout=10) as client:
        yield client


def kept(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def said(address: tuple[str, int], request: bytes) -> bytes:
    """What the server answers to these bytes and nothing more, up to where it hangs up."""
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("content", [b"small", BIG])
def test_receiving_stores_what_a_form_brings(client: httpx.Client, root: Path, content: bytes):
    sent = [("file", ("a", content)), ("file", ("b", b"second"))]
    answer = client.post("/take", data={"note": "ș"}, files=sent).json()
    assert answer["note"] == "ș"
    assert [digest for _, digest in answer["files"]] == [
        hashlib.sha256(data).hexdigest() for data in (content, b"second")
    ]
    assert sorted(path.name for path in kept(root)) == sorted(key for key, _ in answer["files"])


def test_receiving_takes_a_body_of_unannounced_length(client: httpx.Client):
    whole = PART + BIG + b"\r\n--b--\r\n"
    parts = (whole[start : start + 100_000] for start in range(0, len(whole), 100_000))
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/take", content=parts, headers=kind).json()
    assert [digest for _, digest in answer["files"]] == [hashlib.sha256(BIG).hexdigest()]


def test_receiving_removes_what_the_page_did_not_keep(client: httpx.Client, root: Path):
    assert client.post("/ignore", files={"file": ("a", BIG)}).json() == {"files": 1}
    assert eventually(lambda: kept(root) == [])


def test_receiving_shows_the_form_again_when_a_file_is_refused(
    client: httpx.Client, root: Path, settings: Settings
):
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    answer = client.post("/take", data={"note": "typed"}, files={"file": ("a", BIG)})
    assert answer.status_code == 422
    assert answer.json()["note"] == "typed"
    assert eventually(lambda: kept(root) == [])


@pytest.mark.parametrize(
    ("kind", "limit"), [(FORM, "2.0 GB"), ("Content-Type: application/json\r\n", "2.0 MB")]
)
def test_receiving_refuses_an_announced_length_before_a_byte_comes(
    address: tuple[str, int], kind: str, limit: str
):
    answer = said(address, f"{HEAD}{kind}Content-Length: 9000000000\r\n\r\n".encode()).decode()
    head, _, words = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 413 ")
    assert words.replace("\xa0", " ") == f"This is too much at once: at most {limit} are taken.\n"


def test_receiving_counts_what_was_not_announced(client: httpx.Client, root: Path, settings: Settings):
    settings.UPLOAD_MAX_BYTES = 1_000_000
    whole = PART + b"x" * 1_000_100
    parts = (whole[start : start + 100_000] for start in range(0, len(whole), 100_000))
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert client.post("/take", content=parts, headers=kind).status_code == 413
    assert eventually(lambda: kept(root) == [])


def test_receiving_passes_other_bodies_on(client: httpx.Client):
    sent = json.dumps({"text": "x" * 1_000_000})
    assert client.post("/echo", content=sent).text == sent
    assert client.post("/echo", content=b"").text == ""
    assert client.get("/echo").text == ""


def test_receiving_leaves_nothing_of_a_client_that_went_away(address: tuple[str, int], root: Path):
    with socket.create_connection(address) as connection:
        connection.sendall(f"{HEAD}{FORM}Content-Length: 1000000000\r\n\r\n".encode() + PART + BIG)
        assert eventually(lambda: len(kept(root)) == 1)
    assert eventually(lambda: kept(root) == [])


def test_receiving_gives_up_on_a_client_that_falls_silent(
    address: tuple[str, int], root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(receiving, "IDLE_TIMEOUT", 0.2)
    with socket.create_connection(address) as connection:
        connection.sendall(f"{HEAD}{FORM}Content-Length: 1000000000\r\n\r\n".encode() + PART + BIG)
        assert eventually(lambda: len(kept(root)) == 1)
        assert eventually(lambda: kept(root) == [])


def test_receiving_refuses_a_form_that_ends_within_a_file(client: httpx.Client, root: Path):
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/take", content=PART + BIG, headers=kind)
    assert (answer.status_code, answer.text) == (400, "the upload ended in the middle of a file")
    assert kept(root) == []


def test_receiving_serves_downloads_in_parts(client: httpx.Client):
    stored = files.store([BIG])
    where = f"/give/{stored.key}/{stored.size}"
    whole = client.get(where)
    assert (whole.status_code, whole.content) == (200, BIG)
    part = client.get(where, headers={"Range": "bytes=-1000000"})
    assert (part.status_code, part.content) == (206, BIG[-1_000_000:])
    head = client.head(where)
    assert (head.headers["Content-Length"], head.content) == (str(len(BIG)), b"")
    behind = client.get(where, headers={"Range": f"bytes={len(BIG)}-"})
    assert (behind.status_code, behind.headers["Content-Range"]) == (416, f"bytes */{len(BIG)}")
    same = client.get(where, headers={"If-None-Match": whole.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
