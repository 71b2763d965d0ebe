"""What stands beside the work: the rail of views, the clocks explained, the customer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from backstay.accounts.models import Contact
from backstay.assets import queries as assets
from backstay.assets.models import Device
from backstay.cases import queries
from backstay.cases.choices import CLOCK_LABELS, ClockKind
from backstay.cases.listing import others_open
from backstay.cases.models import Case, CaseClock, SavedView
from backstay.cases.queries import QueueFilter
from backstay.console import filters, wording
from backstay.console.filters import BUILT_IN, Asked
from backstay.core.scoping import Viewer
from backstay.entitlements.decisions import Decision
from backstay.entitlements.queries import decide
from backstay.plans import queries as plans
from backstay.plans.catalogue import say
from backstay.plans.wording import tier, within_span
from backstay.sla.choices import Happening, Mark, Outcome
from backstay.sla.queries import EventFacts, Explanation, explanation
from backstay.ui.inputs import Span, SpanKind
from backstay.ui.routes import address
from businesstime import Unit

FEW = 5
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class RailLink:
    """A view of the queue in the rail; `view` is the saved one behind it, if any."""

    label: str | LazyText
    query: str
    icon: str
    key: str = ""
    urgent: bool = False
    counted: bool = True
    count: str = ""
    current: bool = False
    view: SavedView | None = None

    @property
    def href(self) -> str:
        queue = address("console:queue")
        return f"{queue}?{self.query}" if self.query else queue

    @property
    def is_alarming(self) -> bool:
        return self.urgent and self.count not in {"", "0"}


@dataclass(frozen=True, kw_only=True)
class Rail:
    """The views that ship, those shared, and one's own. `counts` is of what was counted."""

    built_in: Sequence[RailLink]
    shared: Sequence[RailLink]
    own: Sequence[RailLink]
    at: str | None
    counts: Mapping[QueueFilter, str]
    is_counted: bool

    @property
    def links(self) -> list[RailLink]:
        return [*self.built_in, *self.shared, *self.own]

    def named(self, query: str) -> str:
        """The name of the view that asks for this, or what any other selection is called."""
        return next((str(link.label) for link in self.links if link.query == query), _("Cases"))


def rail(viewer: Viewer, *, counted: bool, at: str | None = None, also: Sequence[Asked] = ()) -> Rail:
    """Every view that this member of staff has, counted or not; `at` is the query of the one shown.

    `also` are counted with them.
    """
    views = [(view, filters.saved(view.filters)) for view in queries.saved_views(viewer.id)]
    asked = [built.asked for built in BUILT_IN if built.counted] + [each for _view, each in views]
    counts = queries.counts([each.filter for each in [*asked, *also]], viewer) if counted else {}
    built_in = [
        RailLink(
            label=built.name,
            query=built.asked.query(),
            icon=built.icon,
            key=built.key,
            urgent=built.urgent,
            count=counts.get(built.asked.filter, "") if built.counted else "",
            current=built.asked.query() == at,
        )
        for built in BUILT_IN
    ]
    saved = [
        RailLink(
            label=view.name,
            query=each.query(),
            icon="bookmark",
            count=counts.get(each.filter, ""),
            current=each.query() == at,
            view=view,
        )
        for view, each in views
    ]
    return Rail(
        at=at,
        counts=counts,
        is_counted=counted,
        built_in=built_in,
        shared=[link for link in saved if link.view and link.view.staff_id is None],
        own=[link for link in saved if link.view and link.view.staff_id is not None],
    )


@dataclass(frozen=True, kw_only=True)
class ClockPanel:
    """A clock told in full: what was promised, every span, what happened, which marks it reached."""

    title: str
    target: str
    spans: Sequence[Span]
    due_at: datetime | None
    events: Sequence[tuple[datetime, str]]
    marks: Sequence[tuple[datetime, str]]
    zone: str
    told: Explanation


def clocks(rows: Iterable[CaseClock], *, at: datetime) -> tuple[list[ClockPanel], list[ClockPanel]]:
    """The clocks that count now, and those that were superseded, newest first."""
    going: list[ClockPanel] = []
    past: list[ClockPanel] = []
    for row in rows:
        panel = _clock(row, at)
        (past if panel.told.outcome is Outcome.SUPERSEDED else going).append(panel)
    return going, past[::-1]


def _clock(row: CaseClock, at: datetime) -> ClockPanel:
    told = explanation(row.clock, at=at)
    return ClockPanel(
        title=str(CLOCK_LABELS[ClockKind(row.kind)]),
        target=target_words(told),
        spans=[
            Span(
                start=each.start,
                end=each.end,
                kind=SpanKind(each.kind),
                note=wording.stretch(each.reason, each.detail),
            )
            for each in told.stretches
        ],
        due_at=told.standing.due_at,
        events=[(event.at, _happened(event)) for event in told.events],
        marks=[(mark.due_at, str(MARKS[mark.mark])) for mark in told.marks],
        zone=told.zone,
        told=told,
    )


def target_words(told: Explanation) -> str:
    """Such as "within 1 hour, Platinum, S1"."""
    source = told.target.source
    length = within_span(Unit(told.target.unit), told.target.amount, covered=bool(source.get("coverage_of")))
    target = ", ".join([length, say(source["plan_name"]), source["severity"]])
    if "raised_to" not in source:
        return target
    words = _("%(target)s; raised to %(severity)s, but the earlier promise stands")
    return words % {"target": target, "severity": source["raised_to"]["severity"]}


def _happened(event: EventFacts) -> str:
    words = {
        Happening.START: pgettext("clock", "started"),
        Happening.PAUSE: pgettext("clock", "paused"),
        Happening.RESUME: pgettext("clock", "went on"),
        Happening.STOP: pgettext("clock", "stopped"),
        Happening.SUPERSEDE: pgettext("clock", "superseded"),
    }
    reason = wording.clock_reason(event.reason)
    return f"{words[event.kind]}: {reason}" if reason else words[event.kind]


MARKS = {Mark.WARNING: pgettext_lazy("clock", "warned"), Mark.BREACH: pgettext_lazy("clock", "breached")}


@dataclass(frozen=True, kw_only=True)
class Door:
    """A channel as the panel shows it."""

    label: str
    state: str
    words: str

    @property
    def icon(self) -> str:
        return DOOR_ICONS[self.state]


DOOR_ICONS = {
    "open": "circle-check",
    "shut": "circle-pause",
    "not_in_plan": "circle-minus",
    "not_connected": "circle-slash",
}


@dataclass(frozen=True, kw_only=True)
class CustomerPanel:
    """Who asks, and what they may expect. `frozen` is the case's plan, `effective` what counts now."""

    title: str
    contact: Contact | None
    participants: Sequence[str]
    frozen: str
    effective: str
    contract: str
    ends_at: datetime | None
    tier: str
    lack: str
    doors: Sequence[Door]
    devices: Sequence[Device]
    has_more_devices: bool
    others: Sequence[Case]
    has_more_others: bool

    @property
    def is_changed(self) -> bool:
        """Whether the plan of today differs from the one that the case was promised under."""
        return self.frozen != self.effective


def customer(case: Case, *, at: datetime) -> CustomerPanel:
    """The panel of a case read by `queries.named`, its organisation with it."""
    decision = decide(
        organisation_id=case.organisation_id,
        side=case.organisation.boundary if case.organisation else None,
        product_id=case.product_id,
        device_id=case.device_id,
        at=at,
    )
    found = decision.effective
    devices = assets.first_devices(case.organisation_id) if case.organisation_id else []
    others = others_open(case)
    return CustomerPanel(
        title=case.organisation.name if case.organisation else _("Unknown organisation"),
        contact=case.contact,
        participants=[row.contact.name for row in queries.participants(case)],
        frozen=plan_name(case.plan_version_id),
        effective=say(found.plan.name) if found else "",
        contract=found.number if found else "",
        ends_at=contract_end(decision),
        tier=tier(found.plan.triage_tier) if found else "",
        lack=wording.lack(decision.lack) if decision.lack else "",
        doors=doors(decision),
        devices=devices[:FEW],
        has_more_devices=len(devices) > FEW,
        others=others[:FEW],
        has_more_others=len(others) > FEW,
    )


def plan_name(version: int | None) -> str:
    return say(plans.terms(plans.version(version)).name) if version else ""


def contract_end(decision: Decision) -> datetime | None:
    """When the contract that counts ends; None for one without an end, or where there is none."""
    if decision.effective is None:
        return None
    ends = {held.contract_id: held.ends_at for held in decision.holdings}
    return ends.get(decision.effective.contract_id)


def doors(decision: Decision) -> list[Door]:
    """Every channel with its state at the decision's instant."""
    labels = _channel_labels(decision)
    return [
        Door(label=labels.get(each.key, each.key), state=state, words=words)
        for each in decision.channels
        for state, words in [wording.channel(each, now=decision.at)]
    ]


def _channel_labels(decision: Decision) -> Mapping[str, str]:
    found = decision.effective  # the plan is kept in the process, and its catalogue with it
    version = found.plan_version.catalogue if found else plans.current(decision.at)
    channels = plans.catalogue(version).channels
    return {key: say(channel.label) for key, channel in channels.items()}
