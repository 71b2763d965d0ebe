"""Which line of a TOML text a value stands on; tomllib reads values and forgets their places.

`lines(source)` walks a text that tomllib has accepted, so it may trust its grammar and only has to follow
keys, tables, arrays and strings.
"""

import re
import tomllib
from collections.abc import Iterator

from backstay.plans.catalogue.problems import Path

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)+")
_SPACE = re.compile(r"[ \t]*")
_STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]\}\n#]+")


def lines(source: str) -> dict[Path, int]:
    """The line, from 1, where each key, table and array element of a valid TOML text is first given."""
    return _Walk(source.replace("\r\n", "\n")).run()


def line_of(found: dict[Path, int], path: Path) -> int:
    """The line of the deepest part of `path` that the text has: of a missing key, that of its table."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return 1


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}  # how many tables an array of tables has so far

    def run(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_BLANK):
            if self._peek("[["):
                table = self._array_of_tables()
            elif self._peek("["):
                table = self._header(1)
            else:
                self._pair(table)
        return self._found

    def _header(self, brackets: int) -> Path:
        self._at += brackets
        path = self._resolved(tuple(self._key()))
        for length in range(1, len(path) + 1):
            self._note(path[:length])
        self._at += brackets
        return path

    def _array_of_tables(self) -> Path:
        path = self._header(2)
        index = self._tables.get(path, 0)
        self._tables[path] = index + 1
        self._note((*path, index))
        return (*path, index)

    def _resolved(self, keys: Path) -> Path:
        """In `[a.b]` an array of tables `a` stands for its newest table; the last part is meant itself."""
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
        return (*path, keys[-1])

    def _pair(self, table: Path) -> None:
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> Iterator[str]:
        while True:
            self._skip(_SPACE)
            yield self._key_part()
            self._skip(_SPACE)
            if not self._peek("."):
                return
            self._at += 1

    def _key_part(self) -> str:
        if self._text[self._at] in "\"'":
            quoted = self._take(_STRINGS)
            return str(tomllib.loads(f"word = {quoted}")["word"])
        return self._take(_BARE)

    def _value(self, path: Path) -> None:
        if self._peek("{"):
            self._inline_table(path)
        elif self._peek("["):
            self._array(path)
        elif self._text[self._at] in "\"'":
            self._take(_STRINGS)
        else:
            self._take(_SCALAR)

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while not self._peek("}"):
            self._pair(path)
            self._skip(_BLANK)
            self._at += self._peek(",")
            self._skip(_BLANK)
        self._at += 1

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        self._skip(_BLANK)
        while not self._peek("]"):
            self._note((*path, index))
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            self._at += self._peek(",")
            self._skip(_BLANK)
        self._at += 1

    def _note(self, path: Path) -> None:
        self._found.setdefault(path, self._text.count("\n", 0, self._at) + 1)

    def _peek(self, words: str) -> bool:
        return self._text.startswith(words, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Pass over what matches; false at the end of the text."""
        if found := pattern.match(self._text, self._at):
            self._at = found.end()
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"no TOML at offset {self._at}")
        self._at = found.end()
        return found.group()
