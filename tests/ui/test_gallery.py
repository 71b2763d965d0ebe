import mimetypes
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from csp.middleware import CSPMiddleware
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.urls import resolve
from playwright.sync_api import Page, Route

from backstay.ui import assets, views

HOST = "http://backstay.test"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def answer(route: Route) -> None:
    """The kit's own pages and files, with the policy that the product sends."""
    path = urlsplit(route.request.url).path
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if found:
        route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0])
        return
    view, arguments, named = resolve(path)
    request = RequestFactory().get(route.request.url.removeprefix(HOST))
    response = CSPMiddleware(lambda asked: view(asked, *arguments, **named))(request)
    route.fulfill(status=response.status_code, body=response.content, headers=dict(response.items()))


@pytest.fixture
def gallery(browser_page: Page) -> Iterator[Page]:
    complaints: list[str] = []
    browser_page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    browser_page.route("**/*", answer)
    browser_page.goto(f"{HOST}/ui/gallery")
    yield browser_page
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1360, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gallery_breaks_no_accessibility_rule(gallery: Page, scheme, width):
    gallery.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    gallery.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(gallery, options=RULES).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert gallery.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_rows_are_walked_with_j_and_k(gallery: Page):
    gallery.keyboard.press("j")
    gallery.keyboard.press("j")
    assert gallery.evaluate("document.activeElement.id") == "row-S2"
    gallery.keyboard.press("k")
    assert gallery.evaluate("document.activeElement.id") == "row-S1"


@pytest.mark.browser
def test_palette_finds_a_command_by_typing(gallery: Page):
    gallery.keyboard.press("Control+k")
    gallery.keyboard.type("risk")
    assert gallery.locator("#palette-list [role=option]").all_inner_texts() == ["At risk"]
    gallery.keyboard.press("Enter")
    assert gallery.evaluate("location.hash") == "#risk"
    assert not gallery.locator("#palette").is_visible()


@pytest.mark.browser
def test_single_keys_can_be_turned_off(gallery: Page):
    gallery.keyboard.press("?")
    gallery.get_by_label("Single-key shortcuts are on").uncheck()
    gallery.keyboard.press("Escape")
    gallery.keyboard.press("?")
    assert not gallery.locator("#keys").is_visible()


@pytest.mark.browser
def test_theme_and_density_are_remembered(gallery: Page):
    gallery.locator("nav .menu summary").click()
    gallery.get_by_role("button", name="Dark", exact=True).click()
    gallery.get_by_role("button", name="Compact").click()
    gallery.reload()
    assert gallery.evaluate("({...document.documentElement.dataset})") == {
        "theme": "dark",
        "density": "compact",
    }
    assert gallery.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_asset_is_kept_for_ever_under_its_version_alone(rf):
    kept = views.asset(rf.get("/"), assets.version(), "backstay.css")
    stale = views.asset(rf.get("/"), "0" * 12, "backstay.css")
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    assert stale["Cache-Control"] == "no-cache"
    assert kept["Content-Type"] == "text/css; charset=utf-8"


def test_style_sheet_begins_with_the_order_of_its_layers(rf):
    response = views.asset(rf.get("/"), assets.version(), "backstay.css")
    assert response.content.decode().splitlines()[0] == "@layer tokens, base, layout, parts, modes;"


@pytest.mark.parametrize("path", ["../apps.py", "css/tokens.css", "nothing.js", ""])
def test_only_the_kits_own_files_are_given(path):
    assert assets.content(path) is None


@pytest.mark.browser
def test_bullet_of_an_error_stands_at_its_first_line(gallery):
    """A marker takes the last line of an inline block."""
    assert gallery.evaluate("getComputedStyle(document.querySelector('.error-summary a')).display") == "block"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "is_below"), [(320, True), (700, False)])
def test_time_of_an_entry_goes_below_its_words_in_a_narrow_column(gallery, width, is_below):
    """Whether the page is narrow or the column beside the talk."""
    below = gallery.evaluate(
        """(width) => {
        const history = document.querySelector(".history");
        history.style.width = `${width}px`;
        const [words, time] = ["div", "time"].map((tag) => history.querySelector(`.entry ${tag}`));
        return time.getBoundingClientRect().top >= words.getBoundingClientRect().bottom;
        }""",
        width,
    )
    assert below is is_below
