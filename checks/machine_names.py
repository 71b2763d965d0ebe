"""No names of package registries, nor paths of one machine, in what is published."""

import re
from collections.abc import Iterator
from pathlib import Path

from checks.findings import ROOT, Finding, texts, tracked

NAMES = {
    "a package registry": re.compile(
        r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|unpkg\.com|jsdelivr\.net|docker\.io|ghcr\.io|quay\.io"
        r"|proxy\.golang\.org|static\.crates\.io|deb\.debian\.org|devpi|artifactory)\b",
        re.IGNORECASE,
    ),
    "an index of packages": re.compile(r"--(?:extra-)?index-url|--find-links"),
    "a path of one machine": re.compile(r"(?<![\w.}~*])/(?:home|root|work|Users|workspace|mnt)/[\w.-]"),
}


def check(root: Path = ROOT) -> list[Finding]:
    own = Path(__file__).relative_to(ROOT)
    return [
        finding
        for path, text in texts(root, tracked(root))
        if path != own
        for finding in found_in(path, text)
    ]


def found_in(path: Path, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in NAMES.items():
            seen = pattern.search(line)
            if seen:
                yield Finding(f"{path}:{number}", f"{what}: {seen[0]}")
