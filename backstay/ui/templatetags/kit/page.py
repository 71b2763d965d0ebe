"""What the base pages need: addresses of assets, htmx's settings, the words that scripts show."""

import json

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from backstay.ui import assets, routes, wording

register = template.Library()
HTMX = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,  # no copy of a page that somebody else at this browser may not see
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(409|422)", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


@register.simple_tag(name="asset")
def asset(*, path: str) -> str:
    """The address of one of the kit's files; it changes with the content, so browsers keep it for ever."""
    return routes.address("ui:asset", assets.version(), path)


@register.simple_tag(name="address")
def address(name: str, *values: str | int) -> str:
    """The path of a page, as Django's own `url` writes it, kept once it was made."""
    return routes.address(name, *values)


@register.simple_tag(name="htmx_config")
def htmx_config() -> SafeString:
    return SafeString(json.dumps(HTMX))  # a constant without apostrophes


@register.simple_tag(name="page_words")
def page_words() -> str:
    """What scripts write into the page, in its language, as JSON."""
    words = wording.clock_words() | {
        "failed": gettext(
            "Something went wrong on our side. What you entered is still here; please try again."
        ),
        "offline": gettext("The server cannot be reached. What you entered is still here; please try again."),
        "saving": gettext("Saving the draft"),
        "saved": gettext("Draft saved {}"),
        "unsaved": gettext("The draft is not saved"),
        "shortcuts": gettext("On this page"),
    }
    return json.dumps(words, ensure_ascii=False)


@register.simple_tag(name="brand_mark")
def brand_mark() -> SafeString:
    """The mast and its stay."""
    return SafeString(
        '<svg class="brand-mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">'
        '<path d="M8 2v18M8 2.5 20 20H2" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
