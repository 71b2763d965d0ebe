"""What a page says. Apps that page register how their kinds read; a bound page says nothing but its link."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backstay.core.scoping import Boundary
from backstay.oncall.choices import PageState
from backstay.oncall.models import Page

Telling = Callable[[Mapping[str, Any]], str]
tellings: dict[str, Telling] = {}
LONGEST = 300


def tells(kind: str) -> Callable[[Telling], Telling]:
    """Register how the facts of a kind of page read, in the active language, in one or two sentences."""

    def decorate(telling: Telling) -> Telling:
        tellings[kind] = telling
        return telling

    return decorate


def title(page: Page) -> str:
    """What stands over the text: a page asks somebody, a notice only tells."""
    return _("A notice from Backstay") if page.state == PageState.NOTICE else _("You are on call")


def text(page: Page) -> str:
    """What somebody who is paged reads or hears. A kind that nobody registered names its subject only."""
    is_notice = page.state == PageState.NOTICE
    if page.boundary == Boundary.US and is_notice:
        return _("Something under the US boundary needs your attention; open the link to see it.")
    if page.boundary == Boundary.US:
        return _("You are on call. Something under the US boundary needs you; open the link to see it.")
    return about(page)


def about(page: Page) -> str:
    """What it is about, for those who read it here and so may know of it, bound or not."""
    telling = tellings.get(page.kind)
    if telling is None:
        return _("You are on call, and something needs you; open the link to see it.")
    return telling(page.facts)[:LONGEST]


@tells("trial")
def _trial(_facts: Mapping[str, Any]) -> str:
    return _("This is a trial: you asked to be paged here. Nothing is wrong.")


@tells("message")
def _message(facts: Mapping[str, Any]) -> str:
    return str(facts["text"])
