import ast
from pathlib import Path

from checks.findings import Finding
from checks.sizes import averages, long_functions

HERE = Path("backstay/long.py")


def function_of(lines: int) -> ast.Module:
    return ast.parse("def f():\n" + "    x = 1\n" * (lines - 1))


def test_function_of_sixty_lines_is_fine() -> None:
    assert list(long_functions(HERE, function_of(60))) == []


def test_function_of_sixty_one_lines_is_found() -> None:
    found = Finding(f"{HERE}:1", "f has 61 lines; at most 60")
    assert list(long_functions(HERE, function_of(61))) == [found]


def test_averages_at_their_budget_are_fine() -> None:
    assert list(averages("product", [10] * 9 + [30])) == []


def test_long_median_is_found() -> None:
    found = Finding("product", "the median function has 11 lines; at most 10")
    assert list(averages("product", [11] * 20)) == [found]


def test_too_many_long_functions_are_found() -> None:
    assert [finding.where for finding in averages("tests", [5] * 17 + [40] * 3)] == ["tests"]
