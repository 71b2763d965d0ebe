"""Public verbs take keyword-only arguments, so that a call reads as a sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

from checks.findings import ROOT, Finding
from checks.source import Function, modules


def check(root: Path = ROOT) -> list[Finding]:
    trees = dict(modules(root, "backstay"))
    return [
        finding
        for path, tree in trees.items()
        if "actions" in (path.stem, *path.parts[:-1])
        for finding in positional(path, tree, _exported(trees, path))
    ]


def positional(path: Path, tree: ast.Module, public: set[str] | None = None) -> Iterator[Finding]:
    """Functions that can be called with two or more nameless values. `public`: their names, None for all
    without a leading underscore."""
    for function in tree.body:
        if not isinstance(function, Function):
            continue
        is_public = not function.name.startswith("_") if public is None else function.name in public
        if is_public and _nameless(function) > 1:
            yield Finding(
                f"{path}:{function.lineno}", f"{function.name} takes positional arguments; put * first"
            )


def _nameless(function: Function) -> int:
    arguments = function.args
    return len(arguments.posonlyargs) + len(arguments.args) + (2 if arguments.vararg else 0)


def _exported(trees: dict[Path, ast.Module], path: Path) -> set[str] | None:
    """What the folder `actions` offers; its modules may share more among themselves."""
    door = path.parent / "__init__.py"
    if path.parent.name != "actions" or door not in trees:
        return None
    for node in trees[door].body:
        if isinstance(node, ast.Assign) and any(
            isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets
        ):
            return set(ast.literal_eval(node.value))
    return None
