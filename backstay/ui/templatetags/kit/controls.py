"""Things to press."""

from uuid import uuid4

from django import template
from django.utils.safestring import SafeString

from backstay.ui import icons
from backstay.ui.markup import html, joined

register = template.Library()
KINDS = {"plain", "primary", "danger", "quiet"}


@register.simple_tag(name="button")
def button(  # noqa: PLR0913  # a component's inputs are its signature
    *,
    label: str,
    kind: str = "plain",
    icon: str = "",
    icon_only: bool = False,
    type: str = "submit",  # noqa: A002  # HTML's word
    name: str = "",
    value: str = "",
    form: str = "",
    formaction: str = "",
    disabled: bool = False,
    key: str = "",
    opens: str = "",
    hx_post: str = "",
    hx_get: str = "",
    hx_target: str = "",
    hx_swap: str = "",
    id: str = "",  # noqa: A002  # HTML's word
) -> SafeString:
    """A button. `opens` is the id of a dialog, `key` a keyboard shortcut ("r", "g q")."""
    attributes = {
        "id": id,
        "type": "button" if opens else type,
        "name": name,
        "value": value,
        "form": form,
        "formaction": formaction,
        "data-opens": opens,
        "data-key": key,
        "hx-post": hx_post,
        "hx-get": hx_get,
        "hx-target": hx_target,
        "hx-swap": hx_swap,
    }
    return html(
        '<button class="{}"{}{}>{}</button>',
        _classes(kind, icon_only=icon_only),
        _written(attributes),
        " disabled" if disabled else "",
        _face(label, icon, key, icon_only=icon_only),
    )


@register.simple_tag(name="link_button")
def link_button(  # a component's inputs are its signature
    *,
    label: str,
    href: str,
    kind: str = "plain",
    icon: str = "",
    icon_only: bool = False,
    key: str = "",
    command: str = "",
    current: bool = False,
) -> SafeString:
    """A link that looks like a button. `command` puts it into the command palette under that name."""
    attributes = {
        "href": href,
        "data-key": key,
        "data-command": command,
        "aria-current": "page" if current else "",
    }
    return html(
        '<a class="{}"{}>{}</a>',
        _classes(kind, icon_only=icon_only),
        _written(attributes),
        _face(label, icon, key, icon_only=icon_only),
    )


def _classes(kind: str, *, icon_only: bool) -> str:
    if kind not in KINDS:
        raise ValueError(f"a button's kind is one of {', '.join(sorted(KINDS))}, not {kind!r}")
    return f"button button-{kind}" + (" button-icon" if icon_only else "")


def _written(attributes: dict[str, str]) -> SafeString:
    return joined(' {}="{}"', ((name, value) for name, value in attributes.items() if value != ""))


def _face(label: str, icon: str, key: str, *, icon_only: bool) -> SafeString:
    picture = icons.svg(icon, 16) if icon else ""
    if icon_only:
        return html('{}<span class="hidden">{}</span>', picture, label)
    return html("{}<span>{}</span>{}", picture, label, _shortcut(key))


def _shortcut(key: str) -> SafeString | str:
    return html('<kbd aria-hidden="true">{}</kbd>', key) if key else ""


@register.simple_tag(name="form_key")
def form_key() -> SafeString:
    """The form's idempotency key: one that carries it is not sent twice by a double click or a reload."""
    return html('<input type="hidden" name="idempotency_key" value="{}">', uuid4())
