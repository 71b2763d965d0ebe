"""Frames around content: panels, facts, headings, notices, dialogs, menus."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from backstay.ui import icons
from backstay.ui.markup import html
from backstay.ui.templatetags.kit.times import instant
from backstay.ui.wording import Zone

register = template.Library()
NOTICES = {"info": "info", "warn": "triangle-alert", "late": "octagon-alert", "kept": "circle-check"}


@register.simple_block_tag(name="panel")
def panel(content: str, *, title: str = "", level: int = 2, id: str = "", kind: str = "plain") -> SafeString:  # noqa: A002  # HTML's word
    """A surface with a heading. `kind`: plain, or flush (no padding, for a table)."""
    heading = html("<h{0}>{1}</h{0}>", level, title) if title else ""
    where = html(' id="{}"', id) if id else ""
    return html('<section class="panel panel-{}"{}>{}{}</section>', kind, where, heading, content)


@register.simple_block_tag(name="facts")
def facts(content: str) -> SafeString:
    """A description list. It holds {% fact %} tags, or plain <dt> and <dd>."""
    return html('<dl class="facts">{}</dl>', content)


@register.simple_tag(name="fact")
def fact(*, term: str, value: object) -> SafeString:
    """One term and its value; nothing is drawn as a dash."""
    return html("<dt>{}</dt><dd>{}</dd>", term, "–" if value in {None, ""} else value)


@register.simple_block_tag(name="heading")
def heading(content: str, *, title: str, subtitle: str = "", level: int = 1) -> SafeString:
    """A page's or region's heading; its content stands at the right: actions."""
    below = html('<p class="soft">{}</p>', subtitle) if subtitle else ""
    return html(
        '<header class="heading"><div><h{0} tabindex="-1">{1}</h{0}>{2}</div>'
        '<div class="actions">{3}</div></header>',
        level,
        title,
        below,
        content,
    )


@register.simple_block_tag(name="actions")
def actions(content: str) -> SafeString:
    """Buttons side by side; they wrap."""
    return html('<div class="actions">{}</div>', content)


@register.simple_block_tag(name="notice")
def notice(content: str, *, kind: str = "info", title: str = "") -> SafeString:
    """Something the reader should know before going on. `kind`: info, warn, late, kept."""
    strong = html("<strong>{}</strong> ", title) if title else ""
    return html(
        '<div class="notice notice-{}">{}<div>{}{}</div></div>',
        kind,
        icons.svg(NOTICES[kind], 18),
        strong,
        content,
    )


@register.simple_block_tag(name="empty_state")
def empty_state(content: str, *, title: str, icon: str = "inbox") -> SafeString:
    """What to do where there is nothing yet. The content says it, or holds the button."""
    return html(
        '<div class="empty">{}<p class="empty-title">{}</p>{}</div>', icons.svg(icon, 28), title, content
    )


@register.simple_block_tag(name="dialog")
def dialog(content: str, *, id: str, title: str, wide: bool = False) -> SafeString:  # noqa: A002  # HTML's word
    """A modal; a button with `opens=id` shows it, Escape and its own button close it. Needs JavaScript."""
    classes = "dialog dialog-wide" if wide else "dialog"
    return html(
        '<dialog class="{0}" id="{1}" aria-labelledby="{1}-title">'
        '<header><h2 id="{1}-title">{2}</h2>{3}</header>'
        '<div class="dialog-body">{4}</div></dialog>',
        classes,
        id,
        title,
        _close(),
        content,
    )


def _close() -> SafeString:
    return html(
        '<form method="dialog"><button class="button button-quiet button-icon">{}'
        '<span class="hidden">{}</span></button></form>',
        icons.svg("x", 16),
        gettext("Close"),
    )


@register.simple_block_tag(name="menu")
def menu(
    content: str, *, label: str, icon: str = "", icon_only: bool = False, align: str = "start"
) -> SafeString:
    """A button that unfolds links and buttons. `align`: start or end, the edge that it keeps to."""
    picture = icons.svg(icon, 16) if icon else ""
    words = html('<span class="{}">{}</span>', "hidden" if icon_only else "", label)
    return html(
        '<details class="menu menu-{}" data-menu><summary class="button button-quiet">{}{}{}</summary>'
        '<div class="menu-body">{}</div></details>',
        align,
        picture,
        words,
        "" if icon_only else icons.svg("chevron-down", 14),
        content,
    )


@register.simple_tag(name="status")
def status(*, text: str) -> SafeString:
    """What a partial adds to its answer so that the page's status region says it: "Saved", "37 cases"."""
    return html('<div id="status" hx-swap-oob="innerHTML"><p class="toast">{}</p></div>', text)


@register.simple_block_tag(name="entry")
def entry(
    content: str, *, at: datetime, now: datetime, icon: str = "dot", timezone: Zone = None
) -> SafeString:
    """One line of a history, to stand inside <ol class="history">."""
    return html(
        '<li class="entry">{}<div>{}</div>{}</li>',
        icons.svg(icon, 14),
        content,
        instant(at=at, now=now, timezone=timezone),
    )
