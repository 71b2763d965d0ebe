"""Only edges read the clock; everybody else is told the time as `at`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from checks.findings import ROOT, Finding
from checks.source import dotted, modules

READS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "timezone.now",
    "django.utils.timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "time.time",
    "time.time_ns",
    "now",
    "Now",
}
SQL = re.compile(r"\b(?:now\(\)|current_timestamp|clock_timestamp\(\)|current_date)", re.IGNORECASE)
EDGE_APPS = {"project", "console", "portal", "api"}
EDGES = {
    Path("backstay/core/worker.py"),  # the loop that hands the time to jobs and readers
    Path("backstay/accounts/adapter.py"),  # what the pages for signing in and out call
    Path("backstay/core/live/access.py"),  # streams check access as time passes, without anybody asking
}


def check(root: Path = ROOT) -> list[Finding]:
    return [
        finding
        for path, tree in modules(root, "backstay", "businesstime")
        if not is_edge(path)
        for finding in reads(path, tree)
    ]


def is_edge(path: Path) -> bool:
    return path.parts[1] in EDGE_APPS or "management" in path.parts or path in EDGES


def reads(path: Path, tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in READS:
            yield Finding(f"{path}:{node.lineno}", f"{dotted(node.func)}() reads the clock; take `at`")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield Finding(f"{path}:{node.lineno}", "the database reads the clock here; pass the instant in")
