"""Handing a stored file out again, whole or in part."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from backstay.core.files.names import safe_name
from backstay.core.files.ranges import ByteRange, NotSatisfiable, wanted_range
from backstay.core.files.storage import FileMissing, open_stored

BLOCK = 256 * 1024  # bytes in memory for each download
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")
_UNKNOWN_TYPE = "application/octet-stream"


class FileStream(StreamingHttpResponse):
    """Part of an open file, block by block; under an asynchronous server a thread reads each block.

    No block is read before the client has taken the one before, so memory stays at one block. It is read
    after the request's transaction has ended, and asks the database for nothing.
    """

    def __init__(self, file: BinaryIO, part: ByteRange, *, status: int) -> None:
        file.seek(part.first)
        super().__init__(_blocks(file, part.length), status=status)
        self._resource_closers.append(file.close)  # type: ignore[attr-defined]  # missing in the stubs

    async def __aiter__(self) -> AsyncIterator[bytes]:
        blocks = iter(self)
        while block := await asyncio.to_thread(next, blocks, b""):
            yield block


def serve(
    request: HttpRequest, *, key: str, name: str, content_type: str, size: int, sha256: str
) -> HttpResponseBase:
    """Answer GET or HEAD with a stored file, always as a download and never as a page of ours.

    Honours If-None-Match, If-Match, If-Range, and a Range of one part. Browsers ask again each time, so that
    whoever lost access gets nothing from their cache. Raises FileMissing and FileInfected. Whether the viewer
    may have the file is decided before.
    """
    etag = f'"{sha256}"'
    response = get_conditional_response(request, etag=etag) or _contents(request, key, size, etag)
    for header, value in _headers(name, content_type, etag).items():
        response.headers[header] = value
    return response


def _headers(name: str, content_type: str, etag: str) -> dict[str, str]:
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(True, safe_name(name)) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Type": content_type if _CONTENT_TYPE.fullmatch(content_type) else _UNKNOWN_TYPE,
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }


def _contents(request: HttpRequest, key: str, size: int, etag: str) -> HttpResponseBase:
    file = _opened(key, size)
    try:
        part = _part(request, size, etag)
    except NotSatisfiable:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if request.method == "HEAD":
        file.close()
        return HttpResponse(headers={"Content-Length": str(size)})
    if part is None:
        response = FileStream(file, ByteRange(0, size - 1), status=200)
    else:
        response = FileStream(file, part, status=206)
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    response.headers["Content-Length"] = str(part.length if part else size)
    return response


def _part(request: HttpRequest, size: int, etag: str) -> ByteRange | None:
    """What was asked for; the whole file if the client's first half is of another file, and for HEAD."""
    header = request.headers.get("Range", "")
    same_file = request.headers.get("If-Range", etag).strip() == etag
    return wanted_range(header, size) if header and same_file and request.method == "GET" else None


def _opened(key: str, size: int) -> BinaryIO:
    """A file that lost its end must not pass for the whole: nobody would notice."""
    file = open_stored(key)
    if os.fstat(file.fileno()).st_size != size:
        file.close()
        raise FileMissing(key)
    return file


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    left = length
    while left and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        yield block
