"""Licences of the pinned packages by their metadata: none that would bind those who use Backstay."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from checks.findings import ROOT, Finding

PINS = ("requirements/core.txt", "requirements/dev.txt")
PIN = re.compile(r"^([\w.-]+)==")
# The LGPL binds changes to the library itself, which we import and do not change.
FORBIDDEN = re.compile(
    r"\bA?GPL|Affero|(?<!Lesser )General Public|\bBU?SL(?:-1|\b)|Business Source|SSPL|Server Side Public"
    r"|Elastic|Commons Clause|PolyForm|CC-BY-N[CD]|Proprietary|Non-?Commercial|UNKNOWN",
    re.IGNORECASE,
)
LESSER = re.compile(r"\bLGPL\S*|Lesser General Public", re.IGNORECASE)
LONGEST = 100  # characters of a field that names a licence; longer ones are the licence's text
# Read by hand, because the metadata say nothing, or something else than the licence file.
READ = {
    "axe-playwright-python": "MIT; carries axe-core, MPL-2.0",
    "qrcode": "BSD-3-Clause, and MIT for what it was ported from",
}


def check(root: Path = ROOT) -> list[Finding]:
    return [finding for pins in PINS for finding in found_in(pins, (root / pins).read_text(encoding="utf-8"))]


def found_in(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        pin = PIN.match(line)
        what = trouble(pin[1]) if pin and pin[1] not in READ else ""
        if what:
            yield Finding(f"{path}:{number}", what)


def trouble(package: str) -> str:
    """Why this package may not be used, or nothing."""
    try:
        stated = licences(package)
    except PackageNotFoundError:
        return f"{package} is not installed, so its licence is unknown: make setup"
    if not stated:
        return f"{package} states no licence: read it, and add it to READ in checks/licences.py"
    forbidden = [each for each in stated if not is_allowed(each)]
    return f"{package} is under {', '.join(forbidden)}" if forbidden else ""


def licences(package: str) -> list[str]:
    """What a package says of its licence: the SPDX expression, else the old field and the classifiers."""
    told = metadata(package)
    if told["License-Expression"]:
        return [told["License-Expression"]]
    field = " ".join((told["License"] or "").split())
    classifiers = [each for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    return [each for each in (field, *classifiers) if 0 < len(each) <= LONGEST]


def is_allowed(licence: str) -> bool:
    """Of a choice ("A OR B"), one that is allowed is enough."""
    choices = re.split(r"\s+OR\s+", licence.strip("()"))
    return any(not FORBIDDEN.search(LESSER.sub("", choice)) for choice in choices)
