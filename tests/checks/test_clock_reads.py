import ast
from pathlib import Path

import pytest

from checks.clock_reads import is_edge, reads

HERE = Path("backstay/sla/rules.py")


@pytest.mark.parametrize(
    "source",
    ["datetime.now(UTC)", "timezone.now()", "date.today()", "time.time()", "sql = 'where due_at < now()'"],
)
def test_reading_the_clock_is_found(source: str) -> None:
    assert [finding.where for finding in reads(HERE, ast.parse(source))] == [f"{HERE}:1"]


@pytest.mark.parametrize(
    "source", ["time.monotonic()", "datetime.fromisoformat(text)", "sql = 'where due_at < %s'"]
)
def test_being_told_the_time_is_fine(source: str) -> None:
    assert list(reads(HERE, ast.parse(source))) == []


@pytest.mark.parametrize(
    ("path", "edge"),
    [
        ("backstay/console/views/queue.py", True),
        ("backstay/plans/management/commands/plans.py", True),
        ("backstay/core/worker.py", True),
        ("backstay/core/readers.py", False),
        ("businesstime/clocks.py", False),
    ],
)
def test_edges_may_read_it(path: str, *, edge: bool) -> None:
    assert is_edge(Path(path)) is edge
