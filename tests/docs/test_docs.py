import argparse
import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from checks.findings import ROOT, tracked

DOCUMENTS = tracked(ROOT, ".md")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"^(?:\$ )?(?:\w+=\S* )*(?:\.venv/bin/)?(backstay|make)(?: (.*))?$")
MODULE = re.compile(r"python -m (checks|bench|businesstime)((?:\.\w+)*)")
VARIABLE = re.compile(r"`([A-Z][A-Z0-9_]+)`")
SETTINGS = Path("docs/operate/settings.md")
READERS = {"os.environ.get", "os.getenv", "_flag", "_seconds", "_from_file"}
OF_OTHERS = {"FORWARDED_ALLOW_IPS"}  # read by uvicorn
CONNECTIONS = {"live"}  # `backstay live` names a connection, as the database lists it


def _text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _commands(path: Path) -> Iterator[tuple[str, str]]:
    """("make", "test --with options") for each command of a document, in blocks and in running text."""
    text = _text(path)
    lines = [line for block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    for line in lines + INLINE.findall(BLOCK.sub("", text)):
        found = COMMAND.match(line.split("  #")[0].strip())
        if found:
            yield found[1], found[2] or ""


def _unknown_options(words: list[str]) -> set[str]:
    """Options and verbs that one of our commands does not have; other people's are taken as they are."""
    app = get_commands().get(words[0])
    if words[0] == "postgres" or not isinstance(app, str) or not app.startswith("backstay."):
        return set()
    parser = load_command_class(app, words[0]).create_parser("backstay", words[0])
    subs = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if subs and len(words) > 1 and not words[1].startswith("-"):
        if words[1] not in subs[0].choices:
            return {words[1]}
        parser = subs[0].choices[words[1]]
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    return options - set(parser._option_string_actions)


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", _text(Path("Makefile")), re.MULTILINE))


def _anchors(path: Path) -> set[str]:
    """Of a document's headings, as hosts of repositories make them."""
    headings = re.findall(r"^#+ (.+)$", _text(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _read_variables() -> set[str]:
    """Every environment variable that the product reads, by the constants of its source."""
    found = set()
    for path in tracked(ROOT, ".py"):
        if path.parts[0] == "backstay":
            for node in ast.walk(ast.parse(_text(path))):
                found |= set(_variables_of(node))
    return found


def _variables_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in READERS:
        name = node.args[0]
    elif isinstance(node, ast.Assign) and "_VARIABLE" in ast.unparse(node.targets[0]):
        name = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
        name = node.slice
    else:
        return
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield name.value


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_docs_name_commands_that_exist(path: Path) -> None:
    known = set(get_commands()) | CONNECTIONS | {"COMMAND", "--help"}
    for program, rest in _commands(path):
        words = shlex.split(rest.split("<<")[0].split("|")[0], comments=True)
        if program == "backstay" and words:
            assert words[0] in known, f"backstay {rest}"
            assert _unknown_options(words) == set(), f"backstay {rest}"
        if program == "make":
            targets = {word for word in words if "=" not in word}
            assert targets <= _targets(), f"make {rest}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_docs_name_modules_that_exist(path: Path) -> None:
    for package, rest in MODULE.findall(_text(path)):
        module = ROOT.joinpath(package, *rest.strip(".").split("."))
        assert (module / "__main__.py").exists() or module.with_suffix(".py").exists(), f"{package}{rest}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_docs_link_to_what_exists(path: Path) -> None:
    for link in LINK.findall(BLOCK.sub("", _text(path))):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        target = (ROOT / path.parent / file).resolve() if file else ROOT / path
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target.relative_to(ROOT)), link


def test_docs_tell_of_every_environment_variable_and_of_no_other() -> None:
    rows = [line for line in _text(SETTINGS).splitlines() if line.startswith("| `")]
    documented = [VARIABLE.match(row.removeprefix("| ")) for row in rows]
    assert sorted(found[1] for found in documented if found) == sorted(
        _read_variables() - {"DJANGO_SETTINGS_MODULE"}
    )


def test_docs_name_no_setting_that_does_not_exist() -> None:
    known = _read_variables() | OF_OTHERS
    used = {
        (path, name)
        for path in DOCUMENTS
        for name in re.findall(r"\b(?:BACKSTAY|DATABASE|EMAIL|SECRET)_[A-Z_]*[A-Z]\b", _text(path))
    }
    of_tests = {"BACKSTAY_SHARED"}
    assert {(str(path), name) for path, name in used if name not in known | of_tests} == set()


def test_docs_index_lists_every_document() -> None:
    listed = set(LINK.findall(_text(Path("docs/README.md"))))
    there = {path.relative_to("docs").as_posix() for path in DOCUMENTS if path.parts[0] == "docs"}
    assert {path for path in there if not path.startswith("adr/0")} - {"README.md"} <= listed


def test_docs_readme_is_one_screen() -> None:
    assert len(_text(Path("README.md")).splitlines()) <= 60


def test_docs_name_every_package_that_is_asked_for() -> None:
    told = _text(Path("docs/develop/dependencies.md"))
    for pins in ("core", "dev"):
        for line in _text(Path(f"requirements/{pins}.in")).splitlines():
            asked = re.match(r"[\w-]+", line)
            if asked and not line.startswith("-"):
                assert asked[0] in told, asked[0]
