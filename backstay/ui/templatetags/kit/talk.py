"""What was said: a public message, and an internal note that nobody mistakes for one."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from backstay.ui import icons, prose
from backstay.ui.markup import html
from backstay.ui.templatetags.kit.marks import avatar
from backstay.ui.templatetags.kit.times import instant
from backstay.ui.wording import Zone

register = template.Library()


@register.simple_block_tag(name="message")
def message(  # a component's inputs are its signature
    content: str,
    *,
    author: str,
    at: datetime,
    now: datetime,
    role: str = "",
    side: str = "them",
    id: str = "",  # noqa: A002  # HTML's word
    timezone: Zone = None,
) -> SafeString:
    """A public message. `side`: us or them; `role` says who the author is ("Meridian Energy", "Support")."""
    return html(
        '<article class="message message-{}"{}><header>{}<b>{}</b><span class="soft">{}</span>{}</header>'
        '<div class="prose">{}</div></article>',
        side,
        html(' id="{}"', id) if id else "",
        avatar(name=author),
        author,
        role,
        instant(at=at, now=now, timezone=timezone),
        content,
    )


@register.simple_block_tag(name="note")
def note(
    content: str,
    *,
    author: str,
    at: datetime,
    now: datetime,
    id: str = "",  # noqa: A002  # HTML's word
    timezone: Zone = None,
) -> SafeString:
    """An internal note: own ground, own label, own shape. The customer never sees it."""
    return html(
        '<article class="message note"{}><p class="note-label">{}{}</p><header>{}<b>{}</b>{}</header>'
        '<div class="prose">{}</div></article>',
        html(' id="{}"', id) if id else "",
        icons.svg("lock", 13),
        gettext("Internal note: the customer does not see this"),
        avatar(name=author),
        author,
        instant(at=at, now=now, timezone=timezone),
        content,
    )


@register.simple_tag(name="markdown")
def markdown(*, text: str) -> SafeString:
    """What somebody wrote in Markdown, rendered and sanitised. To stand inside a message or a note."""
    return prose.html(text)
