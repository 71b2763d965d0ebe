import re
from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import translation

from backstay.cases.choices import CUSTOMER_STATE_LABELS, STATE_LABELS
from backstay.cases.lifecycle import CUSTOMER_STATES, TRANSITIONS, bundles
from backstay.portal.views import workflow
from backstay.ui import assets

GROUP = re.compile(r'<(g|tr)[^>]* data-sources="([^"]*)" data-targets="([^"]*)"')
SVG = re.compile(r'<svg class="diagram-(wide|tall)".*?</svg>', re.DOTALL)
FIGURE = re.compile(r'<figure class="diagram">.*?</figure>', re.DOTALL)
NAME = re.compile(r'diagram-name"[^>]*>([^<]*)<')
SHEET = re.compile(r'<link rel="stylesheet"[^>]*>')
LANGUAGES = pytest.mark.parametrize("language", ["en", "ro"])


@pytest.fixture
def figures(db):
    """The page's two pictures: the customers', and the staff's."""

    def get(language):
        with translation.override(language):
            answer = Client().get(f"/workflow?lang={language}")
        assert answer.status_code == 200
        return FIGURE.findall(answer.content.decode())

    return get


def drawn(html, inside):
    """The moves that a picture or a table says, from each state to each."""
    pairs = set()
    for _tag, sources, targets in GROUP.findall(html):
        olds = inside if sources == workflow.FRAME else sources.split()
        pairs |= {(old, new) for old in olds for new in targets.split() if old != new}
    return pairs


def told():
    moves = {(CUSTOMER_STATES[step.old], CUSTOMER_STATES[step.new]) for step in TRANSITIONS}
    return {(str(old), str(new)) for old, new in moves if old != new}


def worked():
    return {(str(step.old), str(step.new)) for step in TRANSITIONS}


@LANGUAGES
def test_pictures_and_their_tables_say_the_table_that_runs(figures, language):
    for html, moves, states in (
        (figures(language)[0], told(), CUSTOMER_STATE_LABELS),
        (figures(language)[1], worked(), STATE_LABELS),
    ):
        inside = [str(state) for state in states if state != "closed"]
        pictures = [found.group(0) for found in SVG.finditer(html)]
        assert len(pictures) == 2
        for part in [*pictures, html[html.index("<tbody>") :]]:
            assert drawn(part, inside) == moves


@LANGUAGES
def test_pictures_name_every_state_in_the_language(figures, language):
    for html, labels in zip(figures(language), (CUSTOMER_STATE_LABELS, STATE_LABELS), strict=True):
        for picture in SVG.finditer(html):
            nodes = re.findall(r'data-node="([^"]*)">(.*?)</g>', picture.group(0), re.DOTALL)
            with translation.override(language):
                names = {
                    key: " ".join(re.findall(r'diagram-name"[^>]*>([^<]*)<', inner)) for key, inner in nodes
                }
                assert {key: unescape(name) for key, name in names.items()} == {
                    str(state): str(label) for state, label in labels.items()
                }


def test_every_kind_of_move_has_words():
    for seen_as, words in (
        (CUSTOMER_STATES, workflow.TO_CUSTOMERS),
        ({state: state for state in CUSTOMER_STATES}, workflow.TO_STAFF),
    ):
        assert {(each.move, each.with_message) for each in bundles(seen_as)} == set(words)


def test_page_says_what_silence_leads_to_by_the_catalogue_in_force(db):
    with translation.override("en"):
        html = Client().get("/workflow").content.decode()
    rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr><td>.*?</tr>", html, re.DOTALL)]
    words = [" ".join(row.split()) for row in rows if "S1" in row or "S3" in row]
    assert words == [
        "S1 – never by itself",
        "S3 after 3 business days, after 5 business days after 10 business days",
    ]
    assert "for 14 days" in html


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_workflow_is_readable_and_breaks_no_accessibility_rule(db, browser_page, width, scheme):
    html = Client().get("/workflow").content.decode()
    style = assets.content("backstay.css")[0].decode()
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.set_content(SHEET.sub(f"<style>{style}</style>", html, count=1))
    found = Axe().run(browser_page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}).response
    assert [rule["id"] for rule in found["violations"]] == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    size = """() => [...document.querySelectorAll('.diagram svg')].filter(each => each.checkVisibility())
        .map(each => each.getBoundingClientRect().width / each.viewBox.baseVal.width)"""
    assert min(browser_page.evaluate(size)) > 0.7
