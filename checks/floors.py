"""Foreign keys, `get_model` strings and dotted paths against the floors, which import-linter cannot see."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.django_models import is_ours, models, own_fields
from checks.findings import ROOT, Finding
from checks.source import modules

DOTTED = re.compile(r"backstay\.([a-z_]+)(?:\.\w+)*")


def check(root: Path = ROOT) -> list[Finding]:
    heights = floors(root)
    return [*_keys(heights), *_strings(root, heights)]


def floors(root: Path = ROOT) -> dict[str, int]:
    """Each app with the height of its floor, from the import contract. Siblings share a height."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return {
        name.strip(): height for height, layer in enumerate(reversed(layers)) for name in layer.split("|")
    }


def may_use(heights: Mapping[str, int], user: str, used: str) -> bool:
    return user == used or heights[used] < heights[user]


def _keys(heights: Mapping[str, int]) -> Iterator[Finding]:
    for model in models():
        app = model.__module__.split(".")[1]
        for field in own_fields(model):
            target = field.related_model
            if not isinstance(target, type) or not is_ours(target):
                continue
            other = target.__module__.split(".")[1]
            if not may_use(heights, app, other):
                yield Finding(f"{model.__module__}.{model.__name__}.{field.name}", f"points up to {other}")


def _strings(root: Path, heights: Mapping[str, int]) -> Iterator[Finding]:
    for path, tree in modules(root, "backstay"):
        app = path.parts[1] if len(path.parts) > 2 else ""
        if app in heights:
            yield from strings_pointing_up(path, tree, app, heights)


def strings_pointing_up(
    path: Path, tree: ast.Module, app: str, heights: Mapping[str, int]
) -> Iterator[Finding]:
    """Dotted paths and app labels, written as strings, of apps on the same floor or above."""
    for line, other in [*_dotted_paths(tree), *_labels(tree)]:
        if other in heights and not may_use(heights, app, other):
            yield Finding(f"{path}:{line}", f"names {other}, which is not below {app}")


def _dotted_paths(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = DOTTED.fullmatch(node.value)
            if found:
                yield node.lineno, found[1]


def _labels(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The app label of `apps.get_model("cases", "Case")` and `apps.get_model("cases.Case")`."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get_model"
        ):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value.split(".")[0]
