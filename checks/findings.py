"""What a check answers, and the files that it looks at."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Data made by programs, and other people's code that ships with ours.
NOT_OURS = ("locale", "vendor", "node_modules")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`where` is a path with its line, a table, or a name; `what` says what is wrong and what is allowed."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def tracked(root: Path, *suffixes: str) -> list[Path]:
    """Files under version control or about to be, relative to `root`; all of them without suffixes."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()  # noqa: S603  # fixed words
    paths = sorted({Path(name) for name in listed.split("\0") if name})
    return [path for path in paths if (root / path).is_file() and (not suffixes or path.suffix in suffixes)]


def ours(paths: list[Path]) -> list[Path]:
    return [path for path in paths if not set(NOT_OURS) & set(path.parts)]


def texts(root: Path, paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Each file with its text; files that are no UTF-8 (pictures, compiled catalogues) are left out."""
    for path in paths:
        try:
            yield path, (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
