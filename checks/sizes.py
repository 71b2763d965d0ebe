"""Size budgets: short functions, files that fit into a head."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from checks.findings import ROOT, Finding, ours, texts, tracked
from checks.source import Function, functions, modules

MEDIAN, NINE_OF_TEN, LONGEST = 10, 30, 60
FILE = 400
GROUPS = {"product": ("backstay", "businesstime"), "tests": ("tests", "checks", "bench")}
KINDS = (".py", ".html", ".txt", ".css", ".js", ".toml", ".md", ".sql")


def check(root: Path = ROOT) -> list[Finding]:
    return [*_long_functions(root), *_averages(root), *_long_files(root)]


def length(function: Function) -> int:
    """Lines from `def` to the last statement, docstring included, decorators left out."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _long_functions(root: Path) -> Iterator[Finding]:
    for path, tree in modules(root, *sum(GROUPS.values(), ())):
        yield from long_functions(path, tree)


def long_functions(path: Path, tree: ast.Module) -> Iterator[Finding]:
    for function in functions(tree):
        if length(function) > LONGEST:
            what = f"{function.name} has {length(function)} lines; at most {LONGEST}"
            yield Finding(f"{path}:{function.lineno}", what)


def _averages(root: Path) -> Iterator[Finding]:
    for group, folders in GROUPS.items():
        lengths = [length(function) for _, tree in modules(root, *folders) for function in functions(tree)]
        yield from averages(group, lengths)


def averages(group: str, lengths: list[int]) -> Iterator[Finding]:
    if len(lengths) < 2:
        return
    if median(lengths) > MEDIAN:
        yield Finding(group, f"the median function has {median(lengths):g} lines; at most {MEDIAN}")
    nine_of_ten = quantiles(lengths, n=10)[-1]
    if nine_of_ten > NINE_OF_TEN:
        yield Finding(group, f"nine of ten functions have up to {nine_of_ten:g} lines; at most {NINE_OF_TEN}")


def _long_files(root: Path) -> Iterator[Finding]:
    paths = [
        path for path in ours(tracked(root, *KINDS)) if not {"migrations", "requirements"} & set(path.parts)
    ]
    for path, text in texts(root, paths):
        lines = text.count("\n")
        if lines > FILE:
            yield Finding(str(path), f"{lines} lines; at most {FILE}: make it a folder of the same name")
