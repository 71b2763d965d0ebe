"""Every catalogue is complete, in line with the code, and compiled; templates hold no untranslated words."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from checks.findings import ROOT, Finding, ours, texts, tracked
from checks.messages import LANGUAGES, compiled, gathered, po_path, stored

SAME = Path("checks/same_in_both.txt")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|(?<!%)%[#0 +-]*[\d.]*[sdrf]|\{\w*(?:![rs])?(?::[^{}]*)?\}"
)
CEDILLA = re.compile("[şţŞŢ]")  # Romanian writes ș and ț with a comma below
UPDATE = "run `make messages`"

# Of a template, what a reader does not see, or sees translated.
UNSEEN = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%\s*comment\b.*?{%\s*endcomment\s*%}"
    r"|{%\s*block \w*(?:class|attributes)\s*%}.*?{%\s*endblock\s*%}"
    r"|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<(script|style|svg|code)\b.*?</\1>",
    re.DOTALL,
)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"""\b(?:aria-label|title|placeholder|alt)=(?:"([^"]*)"|'([^']*)')""")
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Backstay", "doctype", "html", "nbsp", "middot", "mdash", "ndash", "hellip", "rarr", "larr", "times"}


def check(root: Path = ROOT) -> list[Finding]:
    source = gathered(root)
    same = allowed_same(root)
    found = list(_untranslated_templates(root))
    for language in LANGUAGES:
        catalog = stored(root, language)
        path = po_path(language)
        found += [*out_of_line(path, catalog, source), *incomplete(path, catalog, same)]
        found += _not_compiled(root / path.with_suffix(".mo"), path, catalog)
    return found


def allowed_same(root: Path) -> set[str]:
    """Texts that were found to read alike in both languages, one a line; # begins a remark."""
    lines = (root / SAME).read_text(encoding="utf-8").splitlines() if (root / SAME).exists() else []
    return {line for line in lines if line and not line.startswith("# ")}


def key(message: Message) -> tuple[str, tuple[str, ...]]:
    return message.context or "", forms(message.id)


def forms(text: object) -> tuple[str, ...]:
    """A text's forms: one, or one for each plural."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text or ""),)


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def out_of_line(path: Path, catalog: Catalog, source: Catalog) -> Iterator[Finding]:
    """Texts that only the code has, or only the catalogue."""
    in_code, in_catalogue = ({key(message) for message in entries(each)} for each in (source, catalog))
    for _, text in sorted(in_code - in_catalogue):
        yield Finding(str(path), f"{text[0]!r} is missing; {UPDATE}")
    for _, text in sorted(in_catalogue - in_code):
        yield Finding(str(path), f"{text[0]!r} is used nowhere; {UPDATE}")


def incomplete(path: Path, catalog: Catalog, same: set[str]) -> Iterator[Finding]:
    used = set()
    for message in entries(catalog):
        text = forms(message.id)[0]
        for what in wrong(message, catalog.num_plurals, same):
            yield Finding(str(path), f"{text!r} {what}")
        used |= set(forms(message.id)) & set(forms(message.string))
    for text in sorted(same - used):
        yield Finding(str(SAME), f"{text!r} is no longer the same in both; remove the line")


def wrong(message: Message, plurals: int, same: set[str]) -> Iterator[str]:
    """What is wrong with one entry's translation."""
    given, translated = forms(message.id), forms(message.string)
    expected = plurals if message.pluralizable else 1
    if not all(translated) or len(translated) != expected:
        yield f"has {sum(map(bool, translated))} of {expected} translations"
        return
    if message.fuzzy:
        yield "is marked fuzzy"
    if set(given) & set(translated) - same:
        yield f"reads the same in both languages; if that is right, add it to {SAME}"
    if any(CEDILLA.search(form) for form in translated):
        yield "has a cedilla where Romanian has a comma below"
    allowed = [placeholders(form) for form in given]
    if any(placeholders(form) not in allowed for form in translated):
        yield f"has placeholders other than {' or '.join(map(str, allowed))}"


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def _not_compiled(compiled_path: Path, path: Path, catalog: Catalog) -> Iterator[Finding]:
    if not compiled_path.exists() or compiled_path.read_bytes() != compiled(catalog):
        yield Finding(str(path.with_suffix(".mo")), f"is not what {path.name} says; {UPDATE}")


def _untranslated_templates(root: Path) -> Iterator[Finding]:
    paths = [path for path in ours(tracked(root, ".html")) if path.parts[0] == "backstay"]
    for path, text in texts(root, paths):
        yield from bare_words(path, text)


def bare_words(path: Path, template: str) -> Iterator[Finding]:
    """Words of a template that readers see and that no catalogue can translate."""
    seen = UNSEEN.sub(lambda found: "\n" * found[0].count("\n"), template)
    spoken = " ".join(filter(None, sum(SPOKEN.findall(seen), ())))
    for word in WORD.findall(f"{TAG.sub(' ', seen)} {spoken}"):
        if word not in NAMES:
            yield Finding(str(path), f"{word!r} stands outside of any translation")
