"""Reading Python source: parsed files, and the names that they define."""

import ast
from collections.abc import Iterator
from pathlib import Path

from checks.findings import tracked

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(root: Path, *folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """The Python files under these folders with their syntax trees, migrations left out."""
    for path in tracked(root, ".py"):
        if path.parts[0] in folders and "migrations" not in path.parts:
            yield path, ast.parse((root / path).read_text(encoding="utf-8"), filename=str(path))


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method, nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def dotted(node: ast.expr) -> str:
    """ "datetime.now" for an attribute chain, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
