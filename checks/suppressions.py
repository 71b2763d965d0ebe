"""Every switched-off rule says which one, and why, on its own line."""

import re
from collections.abc import Iterator
from pathlib import Path

from checks.findings import ROOT, Finding, ours, texts, tracked

SUPPRESSION = re.compile(
    r"#\s*(noqa|type:\s*ignore|pragma:|fmt:|isort:|mypy:|pyright:|ruff:)|eslint-disable|stylelint-disable"
)
REASONED = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|type:\s*ignore\[[a-z-]+(?:,\s*[a-z-]+)*\]"
    r"|pragma: no cover|fmt: (?:off|on|skip)|isort: skip)\s+[#-]\s*\w"
)
IGNORED_RULE = re.compile(r'^\s+"[A-Z]+[0-9]*",?\s*$')


OWN = Path("checks/suppressions.py")  # writes the words down that it looks for


def check(root: Path = ROOT) -> list[Finding]:
    found = [
        finding
        for path, text in texts(root, ours(tracked(root, ".py", ".js", ".css")))
        if path != OWN
        for finding in unreasoned(path, text)
    ]
    return [*found, *unreasoned_rules("pyproject.toml", (root / "pyproject.toml").read_text())]


def unreasoned(path: Path, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if SUPPRESSION.search(line) and not REASONED.search(line):
            yield Finding(f"{path}:{number}", "name the rule and, after another #, the reason")


def unreasoned_rules(path: str, text: str) -> Iterator[Finding]:
    """Rules that are switched off everywhere, in the settings of ruff."""
    for number, line in enumerate(text.splitlines(), 1):
        if IGNORED_RULE.match(line):
            yield Finding(f"{path}:{number}", "say behind a # why this rule is off")
