"""The kit's files, and those that a face adds, under addresses that carry a hash of their content.

No build step: the style sheets are joined in memory, so that a page loads one; scripts keep their relative
imports. Each address is answered once and kept by the browser until the content changes.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent / "static" / "ui"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ADDED: dict[str, Path] = {}  # folders of faces, by the name that their files' addresses begin with
FIRST = ("layers", "tokens", "base", "layout")  # the order of layers; a component's own place does not matter


def add(name: str, folder: Path) -> None:
    """Have the files of a face's folder served as `name/...`, each as it is."""
    ADDED[name] = folder


def sheets() -> list[Path]:
    """The style sheets in the order in which they are joined."""
    found = sorted((FOLDER / "css").glob("*.css"))
    return [FOLDER / "css" / f"{name}.css" for name in FIRST] + [
        path for path in found if path.stem not in FIRST
    ]


def _read() -> dict[str, bytes]:
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in {".js", ".svg"}
    }
    added = {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in ADDED.items()
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES
    }
    return {**files, **added, "backstay.css": b"\n".join(path.read_bytes() for path in sheets())}


@lru_cache(maxsize=1)
def _kept() -> tuple[str, dict[str, bytes]]:
    files = _read()
    return _hash(files), files


def _hash(files: dict[str, bytes]) -> str:
    return hashlib.sha256(b"".join(files.values())).hexdigest()[:12]


def _current() -> tuple[str, dict[str, bytes]]:
    if settings.DEBUG:
        files = _read()
        return _hash(files), files
    return _kept()


def version() -> str:
    return _current()[0]


def content(path: str) -> tuple[bytes, str] | None:
    """The file's bytes and its media type; None where there is none by that name."""
    found = _current()[1].get(path)
    return (found, TYPES[Path(path).suffix]) if found is not None else None
