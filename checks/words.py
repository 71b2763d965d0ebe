"""One word per concept: no identifier uses a word that the glossary gives another name."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.findings import ROOT, Finding
from checks.source import modules

GLOSSARY = Path("docs/develop/words.md")
ROW = re.compile(r"^\|\s*\*\*(?P<word>[^*]+)\*\*\s*\|(?P<meaning>[^|]*)\|(?P<instead_of>[^|]*)\|$")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# (the word, where): the technical sense that it has there.
EXCEPTIONS = {
    ("client", "backstay/core/live"): "a browser or program at the other end of a stream",
    ("client", "backstay/core/files"): "the program that asks a virus scanner",
}


def check(root: Path = ROOT) -> list[Finding]:
    if not (root / GLOSSARY).is_file():
        return [Finding(str(GLOSSARY), "the glossary is missing")]
    preferred = synonyms((root / GLOSSARY).read_text(encoding="utf-8"))
    if not preferred:
        return [Finding(str(GLOSSARY), "no row reads | **word** | meaning | other words |")]
    return [
        finding
        for path, tree in modules(root, "backstay", "businesstime")
        for finding in wrong_words(path, tree, preferred)
    ]


def synonyms(glossary: str) -> dict[str, str]:
    """Each word that is not used, with the one that is used instead."""
    rows = filter(None, map(ROW.match, glossary.splitlines()))
    return {
        other.strip(): row["word"].strip()
        for row in rows
        for other in row["instead_of"].split(",")
        if re.fullmatch(r"[a-z]+", other.strip())
    }


def wrong_words(path: Path, tree: ast.Module, preferred: Mapping[str, str]) -> Iterator[Finding]:
    for line, name in [(1, path.stem), *defined_names(tree)]:
        for part in map(str.lower, PART.findall(name)):
            word = part if part in preferred else part.removesuffix("s")
            if word in preferred and not _excepted(word, path):
                yield Finding(f"{path}:{line}", f"{name}: the word is {preferred[word]!r}, not {part!r}")


def _excepted(word: str, path: Path) -> bool:
    return any(word == known and path.is_relative_to(folder) for known, folder in EXCEPTIONS)


def defined_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Classes, functions, arguments, variables and attributes where they get their names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
