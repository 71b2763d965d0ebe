from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from checks.findings import Finding
from checks.messages import compiled, messages, update
from checks.translations import bare_words, incomplete, out_of_line, wrong

HERE = Path("backstay/ui/templates/ui/page.html")
PO = Path("ro.po")
FORMS = ("%(count)d case", "%(count)d cases")
ROMANIAN = ("%(count)d caz", "%(count)d cazuri", "%(count)d de cazuri")


def complaints(
    text: str | tuple[str, ...], translated: str | tuple[str, ...], *, same: set[str] | None = None
) -> list[str]:
    return list(wrong(Message(text, translated), 3, same or set()))


def test_texts_of_python_are_gathered() -> None:
    source = (
        'x = _("Close")\ny = ngettext("%d case", "%d cases", n)\nz = pgettext_lazy("case state", "Open")\n'
    )
    assert list(messages(Path("a.py"), source)) == [
        ("Close", [], None),
        (("%d case", "%d cases"), [], None),
        ("Open", [], "case state"),
    ]


def test_texts_of_templates_are_gathered() -> None:
    template = (
        '  <p>{% translate "Close" context "verb" %}</p>\n'
        "\t{% blocktranslate count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}\n"
        '{% button label=_("Send") %}'
    )
    assert list(messages(Path("a.html"), template)) == [
        ("Close", [], "verb"),
        (("%(n)s case", "%(n)s cases"), [], None),
        ("Send", [], None),
    ]


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("Close", "Închide"),
        (FORMS, ROMANIAN),
        ("by {name}", "de {name}"),
        (("one hour", "%d hours"), ("o oră", "%d ore", "%d de ore")),
    ],
)
def test_complete_translation_is_fine(text: str, translated: str) -> None:
    assert complaints(text, translated) == []


@pytest.mark.parametrize(
    ("text", "translated", "what"),
    [
        ("Close", "", "has 0 of 1 translations"),
        (FORMS, (*ROMANIAN[:2], ""), "has 2 of 3 translations"),
        ("by %(name)s", "de %(nume)s", "has placeholders other than ['%(name)s']"),
        ("Mails", "Scrisorile aşteaptă", "has a cedilla where Romanian has a comma below"),
    ],
)
def test_wrong_translation_is_found(text: str, translated: str, what: str) -> None:
    assert complaints(text, translated) == [what]


def test_translation_that_reads_the_same_needs_to_be_listed() -> None:
    assert len(complaints("Portal", "Portal")) == 1
    assert complaints("Portal", "Portal", same={"Portal"}) == []


def test_fuzzy_translation_is_found() -> None:
    assert list(wrong(Message("Close", "Închide", flags=["fuzzy"]), 3, set())) == ["is marked fuzzy"]


def test_listed_text_that_is_no_longer_the_same_is_found() -> None:
    catalog = Catalog(locale="ro")
    catalog.add("Portal", "Poartă")
    assert [finding.what for finding in incomplete(PO, catalog, {"Portal"})] == [
        "'Portal' is no longer the same in both; remove the line"
    ]


def test_catalogue_out_of_line_with_the_code_is_found() -> None:
    source, catalog = Catalog(), Catalog(locale="ro")
    source.add("New")
    source.add("Both")
    catalog.add("Both", "Ambele")
    catalog.add("Old", "Vechi")
    assert list(out_of_line(PO, catalog, source)) == [
        Finding("ro.po", "'New' is missing; run `make messages`"),
        Finding("ro.po", "'Old' is used nowhere; run `make messages`"),
    ]


def test_update_keeps_translations_and_drops_what_is_gone(checkout: Path) -> None:
    page = checkout / "backstay" / "page.py"
    page.write_text('_("Keep")\n_("Gone")\n')
    update(checkout, "ro")
    po = checkout / "backstay/locale/ro/LC_MESSAGES/django.po"
    po.write_text(po.read_text().replace('msgid "Keep"\nmsgstr ""', 'msgid "Keep"\nmsgstr "Păstrează"'))
    page.write_text('_("Keep")\n_("New")\n')
    update(checkout, "ro")
    written = po.read_text()
    assert ('msgstr "Păstrează"' in written, "Gone" in written, 'msgid "New"' in written) == (
        True,
        False,
        True,
    )
    assert "Păstrează".encode() in po.with_suffix(".mo").read_bytes()


def test_compiled_catalogue_is_the_same_each_time() -> None:
    catalog = Catalog(locale="ro")
    catalog.add("Close", "Închide")
    assert compiled(catalog) == compiled(catalog)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>{% translate 'Close' %} · {{ name }}</p>", []),
        ("<p>Close the case</p>", ["Close", "the", "case"]),
        ('<nav aria-label="Main">{% include "x.html" %}</nav>', ["Main"]),
        ("{% blocktranslate %}due {{ at }}{% endblocktranslate %}", []),
        ('<svg><title>clock</title></svg><a class="button quiet" href="/x">{# a remark #}</a>', []),
        (
            "{% block html_class %}console{% endblock %}<title>{% block title %}Backstay{% endblock %}",
            [],
        ),
    ],
)
def test_untranslated_words_of_a_template_are_found(template: str, words: list[str]) -> None:
    expected = [Finding(str(HERE), f"{word!r} stands outside of any translation") for word in words]
    assert list(bare_words(HERE, template)) == expected
