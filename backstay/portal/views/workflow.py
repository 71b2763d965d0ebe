"""How a case moves, as a picture: made of the table that moves it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from backstay.cases.choices import CUSTOMER_STATE_LABELS, STATE_LABELS, CustomerState, State
from backstay.cases.lifecycle import CUSTOMER_STATES, Bundle, Move, bundles
from backstay.plans import queries as plans
from backstay.plans.catalogue import Catalogue
from backstay.ui.inputs import Diagram, DiagramEdge, DiagramNode

FRAME = "any"
KINDS = {
    CustomerState.OPEN: "plain",
    CustomerState.WAITING_ON_ME: "warn",
    CustomerState.WAITING_ON_VENDOR: "accent",
    CustomerState.CLOSED: "kept",
}
EDGE_KINDS = {Move.SET: "plain", Move.ANSWER: "accent", Move.CLOSE: "plain", Move.REOPEN: "plain"}
BEFORE = frozenset({Move.SET})
Words = Mapping[tuple[Move, bool], tuple[LazyText, LazyText]]

# By move, and whether it goes with a message: what happens, and who does it.
TO_CUSTOMERS: Words = {
    (Move.SET, False): (pgettext_lazy("workflow", "We work on it"), pgettext_lazy("workflow", "We do")),
    (Move.SET, True): (
        pgettext_lazy("workflow", "We ask you something, or propose a solution"),
        pgettext_lazy("workflow", "We do, always with a message to you"),
    ),
    (Move.ANSWER, False): (pgettext_lazy("workflow", "You answer"), pgettext_lazy("workflow", "You do")),
    (Move.CLOSE, False): (
        pgettext_lazy("workflow", "The case is closed"),
        pgettext_lazy("workflow", "You at any time; we after we have answered"),
    ),
    (Move.REOPEN, False): (
        pgettext_lazy("workflow", "The case is opened again"),
        pgettext_lazy("workflow", "You or we, with a reason"),
    ),
}
TO_STAFF: Words = {
    (Move.SET, False): (pgettext_lazy("workflow", "Set the state"), pgettext_lazy("workflow", "Staff")),
    (Move.SET, True): (
        pgettext_lazy("workflow", "Set the state with a reply"),
        pgettext_lazy("workflow", "Staff, only together with a public message"),
    ),
    (Move.ANSWER, False): (
        pgettext_lazy("workflow", "The customer answers"),
        pgettext_lazy("workflow", "The customer"),
    ),
    (Move.CLOSE, False): (
        pgettext_lazy("workflow", "Close"),
        pgettext_lazy("workflow", "The customer at any time; staff after a first response"),
    ),
    (Move.REOPEN, False): (
        pgettext_lazy("workflow", "Reopen"),
        pgettext_lazy("workflow", "Staff or the customer, with a reason"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class SilenceRow:
    """What silence leads to for one severity, in words."""

    severity: str
    reminders: str
    close: str


@require_safe
def workflow(request: HttpRequest) -> HttpResponse:
    """For everybody: what customers see of a case, what staff see of it, and what silence leads to."""
    catalogue = plans.catalogue(plans.current(timezone.now()))
    context = {
        "told": customers_picture(),
        "worked": staffs_picture(),
        "silence": silence_rows(catalogue),
        "reopening": reopening_words(catalogue),
    }
    return render(request, "portal/workflow.html", context)


def customers_picture() -> Diagram:
    """The states that customers are told of, in the order in which a case usually takes them."""
    order = (CustomerState.OPEN, CustomerState.WAITING_ON_VENDOR, CustomerState.WAITING_ON_ME)
    return Diagram(
        title=gettext("The way of a case, as you see it"),
        description=gettext(
            "The four states of a case and what leads from each to each, as in the table below."
        ),
        frame_key=FRAME,
        frame_label=gettext("Any open case"),
        nodes=[_told(state) for state in order],
        end=_told(CustomerState.CLOSED),
        edges=_edges({state: CUSTOMER_STATES[state] for state in State}, TO_CUSTOMERS),
    )


def _told(state: CustomerState) -> DiagramNode:
    return DiagramNode(key=state, label=str(CUSTOMER_STATE_LABELS[state]), kind=KINDS[state])


def staffs_picture() -> Diagram:
    """The states that staff work with, each with what the customer is told meanwhile."""
    nodes = [
        DiagramNode(
            key=state,
            label=str(STATE_LABELS[state]),
            kind=KINDS[CUSTOMER_STATES[state]],
            note="" if state is State.CLOSED else str(CUSTOMER_STATE_LABELS[CUSTOMER_STATES[state]]),
        )
        for state in State
    ]
    return Diagram(
        title=gettext("The way of a case, as our staff see it"),
        description=gettext(
            "The seven states of a case and what leads from each to each, as in the table below."
        ),
        frame_key=FRAME,
        frame_label=gettext("Any open case"),
        nodes=nodes[:-1],
        end=nodes[-1],
        edges=_edges({state: state for state in State}, TO_STAFF),
    )


def _edges(seen_as: Mapping[State, str], words: Words) -> list[DiagramEdge]:
    end = seen_as[State.CLOSED]
    inside = [key for key in dict.fromkeys(seen_as.values()) if key != end]
    return [_edge(bundle, inside, words) for bundle in bundles(seen_as)]


def _edge(bundle: Bundle, inside: list[str], words: Words) -> DiagramEdge:
    """From the frame where it leads from everything in it."""
    label, who = words[bundle.move, bundle.with_message]
    from_all = {(old, new) for old in inside for new in bundle.targets if old != new}
    return DiagramEdge(
        sources=(FRAME,) if from_all == bundle.pairs else bundle.sources,
        targets=bundle.targets,
        label=str(label),
        who=str(who),
        kind="warn" if bundle.with_message else EDGE_KINDS[bundle.move],
        before=bundle.move in BEFORE,
    )


def silence_rows(catalogue: Catalogue) -> list[SilenceRow]:
    """By the catalogue in force, for every severity that it knows."""
    rows = []
    for key in catalogue.severities:
        closing = catalogue.closing.get(key)
        reminders = closing.reminder_days if closing else ()
        rows.append(
            SilenceRow(
                severity=key,
                reminders=", ".join(map(_business_days, reminders)) or "–",
                close=_business_days(closing.close_days) if closing else gettext("never by itself"),
            )
        )
    return rows


def _business_days(days: int) -> str:
    return ngettext("after %(days)s business day", "after %(days)s business days", days) % {"days": days}


def reopening_words(catalogue: Catalogue) -> str:
    if catalogue.reopening is None:
        return gettext("A closed case can be opened again at any time.")
    days = catalogue.reopening.days
    words = ngettext(
        "A closed case can be opened again for %(days)s day. After that a new case is opened for you that "
        "is linked to the old one and carries over what is known.",
        "A closed case can be opened again for %(days)s days. After that a new case is opened for you that "
        "is linked to the old one and carries over what is known.",
        days,
    )
    return words % {"days": days}
