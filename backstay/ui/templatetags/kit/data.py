"""Tables, and the ways through them."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from backstay.ui import icons
from backstay.ui.inputs import MatrixGroup
from backstay.ui.markup import html

register = template.Library()
SORTS = {"": "", "ascending": "arrow-up", "descending": "arrow-down", "none": "chevrons-up-down"}


@register.simple_block_tag(name="data_table")
def data_table(
    content: str,
    *,
    caption: str,
    show_caption: bool = False,
    id: str = "",  # noqa: A002  # HTML's word
    rows: bool = False,
) -> SafeString:
    """A table that scrolls inside itself. The content is its <thead> and <tbody>.

    `rows` makes its <tr data-row> walkable with j and k; Enter opens a row's first link, x ticks its box.
    """
    return html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table class="table{}"{}{}>'
        '<caption class="{}">{}</caption>{}</table></div>',
        caption,
        " stacked" if rows else "",
        html(' id="{}"', id) if id else "",
        " data-rows" if rows else "",
        "" if show_caption else "hidden",
        caption,
        content,
    )


@register.simple_tag(name="column")
def column(  # a component's inputs are its signature
    *,
    label: str,
    href: str = "",
    sort: str = "",
    numeric: bool = False,
    hidden: bool = False,
    narrow: bool = False,
) -> SafeString:
    """A header cell. With `href` it sorts; `sort`: ascending, descending, none (sortable), or empty.

    `numeric` sets it to the right (give its cells the class too), `narrow` keeps it as thin as its content.
    """
    kinds = " ".join(name for name, given in (("numeric", numeric), ("narrow", narrow)) if given)
    words = html('<span class="hidden">{}</span>', label) if hidden else label
    if href:
        words = html('<a href="{}">{}{}</a>', href, words, icons.svg(SORTS[sort or "none"], 12))
    return html(
        '<th scope="col"{}{}>{}</th>',
        html(' aria-sort="{}"', sort) if sort in {"ascending", "descending"} else "",
        html(' class="{}"', kinds) if kinds else "",
        words,
    )


@register.inclusion_tag("ui/kit/pagination.html", name="pagination")
def pagination(*, newer: str = "", older: str = "", label: str = "") -> dict[str, Any]:
    """Keyset pages: the addresses of the newer and the older one, either of them empty at an end."""
    return {"newer": newer, "older": older, "label": label}


@register.inclusion_tag("ui/kit/matrix.html", name="matrix")
def matrix(*, caption: str, columns: Sequence[str], groups: Sequence[MatrixGroup]) -> dict[str, Any]:
    """Things compared, a column each; groups of rows. See `backstay.ui.inputs`."""
    return {"caption": caption, "columns": columns, "groups": groups, "width": len(columns) + 1}
