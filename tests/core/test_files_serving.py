import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from backstay.core import files
from backstay.core.files import serving

CONTENT = b"0123456789"
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@contextmanager
def served(
    content: bytes = CONTENT,
    *,
    method: str = "GET",
    name: str = "a.txt",
    kind: str = "text/plain",
    **headers: str,
) -> Iterator[HttpResponseBase]:
    stored = files.store([content])
    named = {header.replace("_", "-"): value for header, value in headers.items()}
    request = RequestFactory().generic(method, "/", headers=named)
    response = files.serve(
        request, key=stored.key, name=name, content_type=kind, size=stored.size, sha256=stored.sha256
    )
    try:
        yield response
    finally:
        response.close()


def body(response: Any) -> bytes:
    return response.getvalue()


def test_serve_gives_the_whole_file_as_a_download_that_runs_nothing():
    with served(kind="text/html", name="page.html") as response:
        assert response.status_code == 200
        assert body(response) == CONTENT
        assert dict(response.headers) == {
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, no-cache",
            "Content-Disposition": 'attachment; filename="page.html"',
            "Content-Length": "10",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Content-Type": "text/html",
            "Cross-Origin-Resource-Policy": "same-origin",
            "ETag": ETAG,
            "X-Content-Type-Options": "nosniff",
        }


@pytest.mark.parametrize(
    ("asked", "status", "content_range", "content"),
    [
        ("bytes=2-5", 206, "bytes 2-5/10", b"2345"),
        ("bytes=2-", 206, "bytes 2-9/10", b"23456789"),
        ("bytes=-3", 206, "bytes 7-9/10", b"789"),
        ("bytes=0-999", 206, "bytes 0-9/10", CONTENT),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=-0", 416, "bytes */10", b""),
        ("bytes=0-1,4-5", 200, None, CONTENT),
        ("bytes=5-2", 200, None, CONTENT),
        ("rows=1-2", 200, None, CONTENT),
    ],
)
def test_serve_honours_a_range(asked: str, status: int, content_range: str | None, content: bytes):
    with served(Range=asked) as response:
        assert response.status_code == status
        assert response.headers.get("Content-Range") == content_range
        assert body(response) == content
        assert response.headers.get("Content-Length", "0") == str(len(content))


@pytest.mark.parametrize(
    ("if_range", "status"),
    [(ETAG, 206), ('"another"', 200), (f"W/{ETAG}", 200), ("Wed, 18 Nov 2026 10:00:00 GMT", 200)],
)
def test_serve_continues_only_the_same_file(if_range: str, status: int):
    with served(Range="bytes=5-", If_Range=if_range) as response:
        assert response.status_code == status
        assert body(response) == (CONTENT[5:] if status == 206 else CONTENT)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": ETAG}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": f'"x", {ETAG}'}, 304),
        ({"If_None_Match": ETAG, "Range": "bytes=0-1"}, 304),
        ({"If_None_Match": '"x"'}, 200),
        ({"If_Match": '"x"'}, 412),
        ({"If_Match": ETAG}, 200),
    ],
)
def test_serve_answers_what_the_client_has_already(headers: dict[str, str], status: int):
    with served(**headers) as response:
        assert response.status_code == status
        assert response.headers["ETag"] == ETAG


def test_serve_answers_head_with_the_length_alone():
    with served(method="HEAD", Range="bytes=0-1") as response:
        assert response.status_code == 200
        assert response.headers["Content-Length"] == "10"
        assert body(response) == b""


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("notă de plată.pdf", "attachment; filename*=utf-8''not%C4%83%20de%20plat%C4%83.pdf"),
        ('a"b.txt', 'attachment; filename="a\\"b.txt"'),
        ("../../x.txt", 'attachment; filename="x.txt"'),
        ("x\r\nSet-Cookie: a=b", 'attachment; filename="x Set-Cookie: a=b"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_serve_names_the_download_safely(name: str, disposition: str):
    with served(name=name) as response:
        assert response.headers["Content-Disposition"] == disposition


@pytest.mark.parametrize(
    "kind", ["", "nonsense", "text/html; charset=utf-7", "a/b\r\nX: y", "x" * 200 + "/y"]
)
def test_serve_takes_no_strange_content_type(kind: str):
    with served(kind=kind) as response:
        assert response.headers["Content-Type"] == "application/octet-stream"


def test_serve_gives_an_empty_file():
    with served(b"") as response:
        assert (response.status_code, response.headers["Content-Length"], body(response)) == (200, "0", b"")


def test_serve_reads_block_by_block(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serving, "BLOCK", 4)
    with served(Range="bytes=1-") as response:
        assert list(response) == [b"1234", b"5678", b"9"]

    async def read(response: Any) -> list[bytes]:
        return [block async for block in response]

    with served(Range="bytes=1-") as response:
        assert asyncio.run(read(response)) == [b"1234", b"5678", b"9"]


def test_serve_goes_on_when_the_file_is_discarded_meanwhile(root: Path):
    with served() as response:
        for path in root.rglob("*"):
            if path.is_file():
                files.discard(path.name)
        assert body(response) == CONTENT


def test_serve_does_not_pass_a_shortened_file_for_the_whole(root: Path):
    stored = files.store([CONTENT])
    (root / stored.key[:2] / stored.key[2:4] / stored.key).write_bytes(CONTENT[:5])
    facts = {"key": stored.key, "size": stored.size, "sha256": stored.sha256}
    with pytest.raises(files.FileMissing):
        files.serve(RequestFactory().get("/"), name="a", content_type="", **facts)


def test_serve_refuses_an_infected_file():
    with pytest.raises(files.FileInfected):
        files.serve(
            RequestFactory().get("/"),
            key=f"infected-{'0' * 32}",
            name="a",
            content_type="",
            size=1,
            sha256="x",
        )
