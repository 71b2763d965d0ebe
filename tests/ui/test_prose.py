from html.parser import HTMLParser

import pytest

from backstay.ui import prose


class Elements(HTMLParser):
    """The elements of some markup, and the values of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.values: set[str | None] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.values.update(value for _name, value in attrs)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** and *i*", "<p><strong>b</strong> and <em>i</em></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("# Big", "<p><strong>Big</strong></p>"),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("```\nlog\n```", '<pre tabindex="0"><code>log\n</code></pre>'),
        ("3. third", '<ol start="3">\n<li>third</li>\n</ol>'),
        (
            "[docs](https://docs.example/a)",
            '<p><a href="https://docs.example/a" rel="noopener noreferrer nofollow">docs</a></p>',
        ),
    ],
)
def test_markdown_is_rendered(text, html):
    assert prose.html(text).strip() == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "![x](https://evil.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://evil.example" style="position:fixed">x</a>',
        "<div hx-get='/x' hx-trigger='load'>x</div>",
    ],
)
def test_nothing_that_acts_comes_through(text):
    found = Elements()
    found.feed(prose.html(text))
    assert found.tags <= {"p", "a"}
    assert found.values <= {"https://evil.example/pixel.png", "noopener noreferrer nofollow"}


def test_table_can_be_reached_by_the_keyboard():
    assert prose.html("|a|\n|-|\n|1|").startswith('<table tabindex="0">')
