"""File names as people send them, made safe to show and to hand out."""

import re
import unicodedata

MAX_NAME = 255  # characters
_LONGEST_EXTENSION = 20
# Line and paragraph separators, control characters, halves of surrogate pairs.
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
# Overrides of the direction of writing: they make "exe.pdf" of a program's name.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def safe_name(name: str) -> str:
    """The last part of a path, without what cannot be seen; "file" if nothing is left. At most 255."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if char in "\t\r\n" else char for char in last if not _is_unseen(char))
    tidy = " ".join(unicodedata.normalize("NFC", seen).split()).rstrip(". ")
    return _shortened(tidy) or "file"


def _is_unseen(char: str) -> bool:
    if char in "\t\r\n":
        return False  # becomes a space
    return unicodedata.category(char) in _UNSEEN or unicodedata.bidirectional(char) in _TURNING


def _shortened(name: str) -> str:
    """Cut from the middle, so that the extension stays."""
    if len(name) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > _LONGEST_EXTENSION:
        return name[:MAX_NAME].rstrip(". ")
    return stem[: MAX_NAME - len(extension) - 1].rstrip(". ") + dot + extension
