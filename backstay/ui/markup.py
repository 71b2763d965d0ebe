"""Markup from a pattern, as by Django's `format_html`, at a quarter of its cost: a page has hundreds."""

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe


def html(pattern: str, *values: object, **named: object) -> SafeString:
    """The pattern filled in as by `str.format`, each value escaped unless it is markup already."""
    filled = pattern.format(
        *[_safe(value) for value in values], **{name: _safe(value) for name, value in named.items()}
    )
    return mark_safe(filled)  # noqa: S308  # the pattern is ours, and each value is escaped


def joined(pattern: str, rows: Iterable[Sequence[object]]) -> SafeString:
    """The pattern filled in once for each row of values, one after the other."""
    return mark_safe("".join([html(pattern, *values) for values in rows]))  # noqa: S308  # as above


def _safe(value: object) -> str:
    if isinstance(value, str) and not isinstance(value, SafeString):
        return escape(value)
    markup: str = value.__html__() if hasattr(value, "__html__") else escape(str(value))
    return markup
