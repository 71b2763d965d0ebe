"""Your plan: what it is called, until when it is valid, and what is open now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from backstay.entitlements import wording as entitlement_words
from backstay.entitlements.channels import CASE
from backstay.entitlements.decisions import ChannelDecision, Decision
from backstay.plans.catalogue import Catalogue, Channel, say
from backstay.ui import wording

RESOLUTION = timedelta(microseconds=1)  # a period is half-open: its last day is the one before its end


@dataclass(frozen=True, kw_only=True)
class ChannelLine:
    """One channel, as the kit's `channel` takes it."""

    label: str
    state: str
    changes_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanPanel:
    """Either a plan or the words that say why there is none."""

    name: str
    covered_by: str
    valid_until: str
    lack: str
    handled_by: str
    channels: tuple[ChannelLine, ...]


def plan_panel(decision: Decision, catalogue: Catalogue) -> PlanPanel:
    """An entitlement decision as the panel shows it, in the reader's zone."""
    lack = entitlement_words.why_no_promise(decision.lack, day=wording.day) if decision.lack else ""
    return PlanPanel(
        name=entitlement_words.plan(decision),
        covered_by=entitlement_words.covered_by(decision),
        valid_until=_valid_until(decision),
        lack=lack,
        handled_by=entitlement_words.handled_by(decision),
        channels=tuple(_line(each, catalogue.channels.get(each.key)) for each in decision.channels),
    )


def _valid_until(decision: Decision) -> str:
    if decision.effective is None:
        return ""
    ends = [held.ends_at for held in decision.holdings if held.contract_id == decision.effective.contract_id]
    return wording.day(ends[0] - RESOLUTION) if ends and ends[0] else ""


def _line(decision: ChannelDecision, channel: Channel | None) -> ChannelLine:
    label = say(channel.label) if channel else decision.key
    if not decision.in_plan:
        return ChannelLine(label=label, state="not_in_plan")
    if not decision.connected:
        return ChannelLine(label=label, state="not_connected")
    if decision.open_now:
        return ChannelLine(label=label, state="open", changes_at=decision.closes_at)
    note = gettext("You may write at any hour.") if decision.key == CASE else ""
    return ChannelLine(label=label, state="shut", changes_at=decision.opens_at, note=note)
