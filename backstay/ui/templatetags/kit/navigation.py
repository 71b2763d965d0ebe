"""Ways around the product."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from backstay.ui import icons
from backstay.ui.inputs import Crumb, Tab
from backstay.ui.markup import html

register = template.Library()


@register.inclusion_tag("ui/kit/tabs.html", name="tabs")
def tabs(*, label: str, items: Sequence[Tab]) -> dict[str, Any]:
    """Links between the views of one page; the current one is marked. `label` names the group."""
    return {"label": label, "items": items}


@register.inclusion_tag("ui/kit/crumbs.html", name="crumbs")
def crumbs(*, items: Sequence[Crumb], current: str) -> dict[str, Any]:
    """Where the page stands; `current` is the page itself."""
    return {"items": items, "current": current}


@register.simple_tag(name="rail_link")
def rail_link(  # a component's inputs are its signature
    *,
    label: str,
    href: str,
    icon: str = "",
    count: object = "",
    urgent: bool = False,
    current: bool = False,
    key: str = "",
) -> SafeString:
    """A line of the console's rail, with its count. It is a command of the palette as well."""
    return html(
        '<a href="{}" data-command="{}"{}{}>{}<span>{}</span>{}</a>',
        href,
        label,
        SafeString(' aria-current="page"') if current else "",
        html(' data-key="{}"', key) if key else "",
        icons.svg(icon, 16) if icon else "",
        label,
        html('<span class="count{}">{}</span>', " count-urgent" if urgent else "", count)
        if count not in {"", None}
        else "",
    )


@register.simple_tag(name="bar_link")
def bar_link(*, label: str, href: str, current: bool = False) -> SafeString:
    """A link of the portal's bar, to stand inside its <ul>."""
    mark = SafeString(' aria-current="page"') if current else ""
    return html('<li><a href="{}"{}>{}</a></li>', href, mark, label)


@register.inclusion_tag("ui/kit/languages.html", name="languages", takes_context=True)
def languages(context: Context) -> dict[str, Any]:
    """Links to the same page in the other languages, by `?lang=`; each is named in its own language."""
    request = context.get("request")
    current = context.get("LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "links": [
            {
                "code": code,
                "name": get_language_info(code)["name_local"].capitalize(),
                "href": _address(request, code),
            }
            for code, _name in settings.LANGUAGES
            if code != current
        ]
    }


def _address(request: Any, code: str) -> str:
    if request is None or request.method != "GET":
        return f"?lang={code}"
    query = request.GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"
