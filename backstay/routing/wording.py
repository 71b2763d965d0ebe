"""The sentences of a decision, in the language that is active."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.timezone import localtime
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from backstay.routing.choices import FACT_LABELS, Unroutable
from backstay.routing.decisions import Decision, Finding, Rule

REASONS: Mapping[str, str | LazyText] = {
    "leads": gettext_lazy("Is a team lead."),
    "leads_not": gettext_lazy("Is no team lead, and the case waits for one."),
    "tier": gettext_lazy("Works on the level that the case waits for: %(team)s."),
    "tier_not": gettext_lazy("Works on another level than the case waits for: %(team)s."),
    "boundary_open": gettext_lazy("Anybody may read the case."),
    "eligible": gettext_lazy("Is a US citizen on US soil now."),
    "eligible_not": gettext_lazy("Is outside the US boundary, and the case is within."),
    "standing_available": gettext_lazy("Is available."),
    "standing_busy": gettext_lazy("Is busy and takes nothing new."),
    "standing_away": gettext_lazy("Is away."),
    "standing_lapsed": gettext_lazy("Said to be available, but the console was not heard of for minutes."),
    "standing_off_shift": gettext_lazy("The shift is over."),
    "standing_absent": gettext_lazy("Is absent."),
    "standing_undeclared": gettext_lazy("Has not said to be available."),
    "capacity": gettext_lazy("Has room: %(used)s of %(limit)s taken."),
    "capacity_full": gettext_lazy("Has no room for it: %(used)s of %(limit)s taken."),
    "returned": gettext_lazy("Gave this case back."),
    "returned_not": gettext_lazy("Has not given this case back."),
    "language": gettext_lazy("Writes the customer's language, %(language)s, at level %(level)s."),
    "language_common": gettext_lazy("Can answer the customer in %(language)s."),
    "language_not": gettext_lazy("Does not write the customer's language, %(language)s."),
    "product": gettext_lazy("Knows the product at level %(level)s."),
    "product_not": gettext_lazy("Is not known to know the product."),
    "product_none": gettext_lazy("The case names no product."),
    "topic": gettext_lazy("Knows the topic at level %(level)s."),
    "topic_not": gettext_lazy("Is not known to know the topic."),
    "topic_none": gettext_lazy("The subject speaks of no topic that is known here."),
    "load": gettext_lazy("Has %(used)s of %(limit)s taken."),
    "previous": gettext_lazy("Answered this customer last."),
    "previous_not": gettext_lazy("Is not the one who answered this customer last."),
    "idle": gettext_lazy("Got the last new case at %(since)s."),
    "idle_never": gettext_lazy("Has not got a case by the rules yet."),
}
UNROUTABLE: Mapping[Unroutable, str | LazyText] = {
    Unroutable.NOBODY_SUITS: gettext_lazy(
        "Nobody has the level, the side of the boundary and the language that the case needs."
    ),
    Unroutable.NOBODY_ON_SHIFT: gettext_lazy("Nobody who may take the case is on shift before %(until)s."),
    Unroutable.ALL_AWAY: gettext_lazy("Everybody who may take the case before %(until)s is away."),
}
NO_CHANNEL = pgettext_lazy("capacity", "All channels together")


def sentence(finding: Finding) -> str:
    """Why a rule says what it says of somebody."""
    values = {name: _shown(name, value) for name, value in finding.values.items()}
    return str(REASONS[finding.reason]) % values


def rule_name(rule: Rule) -> str:
    """The operator's own name for it, else that of its fact."""
    return rule.name or str(FACT_LABELS[rule.fact])


def conclusion(decision: Decision) -> str:
    """The decision in one sentence."""
    if decision.chosen is not None:
        return _("%(name)s would get it.") % {"name": decision.chosen.name}
    if decision.unroutable is not None:
        return unroutable(decision.unroutable, decision.until)
    return _("Nobody is free now; the case waits in its queue for somebody who will be, in time.")


def unroutable(reason: Unroutable, until: datetime) -> str:
    """Why nobody can take a case."""
    return str(UNROUTABLE[reason]) % {"until": _moment(until)}


def _shown(name: str, value: object) -> str:
    if name == "language":
        return _language_name(str(value))
    return _moment(value) if isinstance(value, datetime) else str(value)


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _moment(at: datetime) -> str:
    local = localtime(at)
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M %Z}"
