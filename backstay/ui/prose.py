"""Markdown that people wrote, as harmless HTML: rendered and sanitised by libraries, never by hand."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
KEPT, SHORT = 2048, 4000  # how many texts stay rendered, and of how many characters at most
SCROLLING = {"pre": {"tabindex": "0"}, "table": {"tabindex": "0"}}  # the keyboard reaches what scrolls


def html(text: str) -> SafeString:
    """Paragraphs, lists, code, quotes and tables; no pictures, no raw HTML, no links but web and mail.

    A heading becomes a strong paragraph: the page's outline is the page's own. What is short stays rendered:
    a conversation is shown many times, and never changes.
    """
    return _kept(text) if len(text) <= SHORT else _rendered(text)


@lru_cache(maxsize=KEPT)
def _kept(text: str) -> SafeString:
    return _rendered(text)


def _rendered(text: str) -> SafeString:
    clean = nh3.clean(
        _markdown().render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values=SCROLLING,
    )
    return mark_safe(clean)  # noqa: S308  # sanitised in the statement above


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    markdown.disable("image")
    markdown.add_render_rule("heading_open", _strong)
    markdown.add_render_rule("heading_close", _end_of_strong)
    return markdown


def _strong(*_: object) -> str:
    return "<p><strong>"


def _end_of_strong(*_: object) -> str:
    return "</strong></p>\n"
