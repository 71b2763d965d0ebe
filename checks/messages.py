"""The texts that people read, gathered from Python and templates into the catalogues.

`python -m checks.messages` brings backstay/locale/*/LC_MESSAGES up to date and compiles it; no gettext
programs are needed. A text that is gone leaves the catalogue, a new one waits there for its translation.
Scripts get their words from the page that loads them, so they hold none.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from checks.findings import ROOT, ours, texts, tracked

FOLDER = Path("backstay/locale")
LANGUAGES = ("ro",)
SUFFIXES = (".py", ".html", ".txt")
# Which arguments are the text, its plural, and its context ("c").
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
Text = tuple[str | tuple[str, ...], list[str], str | None]  # (text or both forms, notes, context)


def po_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def gathered(root: Path) -> Catalog:
    """The source catalogue: every text of the code, with the files that use it."""
    catalog = Catalog(charset="utf-8")
    paths = [path for path in ours(tracked(root, *SUFFIXES)) if path.parts[0] == "backstay"]
    for path, source in texts(root, paths):
        for text, notes, context in messages(path, source):
            where = (path.as_posix(), 0)  # line numbers are not written: a moved line changes no catalogue
            catalog.add(text, locations=[where], auto_comments=notes, context=context)
    return catalog


def messages(path: Path, source: str) -> Iterator[Text]:
    """The texts of one file: Python, or a template."""
    python = source if path.suffix == ".py" else _template_as_python(source, path)
    for _, text, notes, context in extract("python", io.BytesIO(python.encode()), KEYWORDS, ["Translators:"]):
        yield text, notes, context


def _template_as_python(source: str, path: Path) -> str:
    """Django's own reading of a template, without indentation, which would confuse the tokenizer."""
    return "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())


def stored(root: Path, language: str) -> Catalog:
    path = root / po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Backstay", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(root: Path, language: str) -> None:
    """Bring one catalogue in line with the code, and compile it."""
    catalog = stored(root, language)
    catalog.update(gathered(root), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    path = root / po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def main() -> None:
    for language in LANGUAGES:
        update(ROOT, language)


if __name__ == "__main__":
    main()
