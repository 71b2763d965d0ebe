import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy, override

from backstay.cases.choices import State
from backstay.ui.markup import html, joined


@pytest.mark.parametrize(
    "value",
    ['<b onclick="x">&amp;\'', mark_safe("<b>"), gettext_lazy("Close"), 7, None, State.NEW, 1.5],
    ids=[
        "markup of a stranger",
        "markup of ours",
        "a lazy text",
        "a number",
        "nothing",
        "a choice",
        "a part",
    ],
)
def test_html_escapes_as_django_does(value: object) -> None:
    with override("ro"):
        found = html('<p title="{}">{named}</p>', value, named=value)
        assert found == format_html('<p title="{}">{named}</p>', value, named=value)
    assert isinstance(found, SafeString)


def test_joined_escapes_each_value_of_each_row() -> None:
    assert (
        joined("<li>{}{}</li>", [("<", "a"), (mark_safe("<br>"), "&")]) == "<li>&lt;a</li><li><br>&amp;</li>"
    )
