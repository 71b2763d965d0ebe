"""Small marks that stand beside text. Flat markup from one format string each: a row may hold several."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from backstay.ui import icons
from backstay.ui.markup import html

register = template.Library()
TAG_KINDS = {"plain", "accent", "warn", "late", "kept"}


@register.simple_tag(name="icon")
def icon(*, name: str, size: int = 16, label: str = "") -> SafeString:
    """A lucide icon. `label` is read aloud; leave it empty where visible text stands beside it."""
    if not label:
        return icons.svg(name, size)
    return html('{}<span class="hidden">{}</span>', icons.svg(name, size), label)


@register.simple_tag(name="severity")
def severity(*, code: str, title: str = "") -> SafeString:
    """A severity's badge: S1 an arrow, S2 a block, S3 a pill, S4 a dashed pill. `title` is its name."""
    rank = min(max(int("0" + "".join(filter(str.isdigit, code))), 1), 4)
    hidden = html('<span class="hidden">: {}</span>', title) if title else ""
    return html('<span class="severity severity-{}">{}{}</span>', rank, code, hidden)


@register.simple_tag(name="tag")
def tag(*, label: str, kind: str = "plain", icon: str = "") -> SafeString:
    """A short word in a box. `kind`: plain, accent, warn, late, kept."""
    _check(kind)
    return html('<span class="tag tag-{}">{}{}</span>', kind, icons.svg(icon, 12) if icon else "", label)


def _check(kind: str) -> None:
    if kind not in TAG_KINDS:
        raise ValueError(f"a tag's kind is one of {', '.join(sorted(TAG_KINDS))}, not {kind!r}")


@register.simple_tag(name="bound")
def bound() -> SafeString:
    """The mark of what only eligible people may see."""
    return html('<span class="tag tag-bound">{}{}</span>', icons.svg("shield", 12), gettext("US only"))


@register.simple_tag(name="presence")
def presence(*, name: str, doing: str = "looking") -> SafeString:
    """Who else is here. `doing`: looking or typing."""
    words = {"looking": gettext("%(name)s is looking"), "typing": gettext("%(name)s is typing")}
    return html(
        '<span class="presence presence-{}">{}{}</span>',
        doing,
        avatar(name=name),
        words[doing] % {"name": name},
    )


@register.simple_tag(name="avatar")
def avatar(*, name: str) -> SafeString:
    """Initials in a circle, beside the name that they stand for."""
    words = name.split()
    initials = (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"
    return html('<span class="avatar" aria-hidden="true">{}</span>', initials)


@register.simple_tag(name="kbd")
def kbd(*, keys: str) -> SafeString:
    """Keys pressed one after the other: "g q"; a chord is written "Ctrl+K"."""
    return mark_safe(" ".join(html("<kbd>{}</kbd>", key) for key in keys.split()))  # noqa: S308  # each part is escaped above
