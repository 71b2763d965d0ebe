"""What a check answers: who is entitled to what at an instant, with the reasons as codes and facts."""

from dataclasses import dataclass
from datetime import datetime

from backstay.core.scoping import Boundary
from backstay.entitlements.choices import ChannelReason, NoPromise
from backstay.plans.catalogue import Plan
from backstay.plans.models import PlanVersion


@dataclass(frozen=True, kw_only=True)
class Question:
    """Whose case it is, about what, and when. Without a product, every line counts."""

    organisation_id: int
    at: datetime
    product_line_id: int | None = None
    device_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Something that an organisation holds, from a source: half-open in time, for one product line or all.

    One that includes a plan names it in `plan_key`, and the contract that it comes from.
    """

    source: str
    kind: str
    number: str
    boundary: str
    starts_at: datetime
    ends_at: datetime | None = None
    contract_id: int | None = None
    plan_key: str = ""
    region: str = ""
    product_line_id: int | None = None
    product_line: str = ""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Why there is no promise, and the contract that comes nearest to one.

    `instant` is when that contract ended or will start; `lines` are the product lines that are covered.
    """

    reason: NoPromise
    number: str = ""
    instant: datetime | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Effective:
    """The plan that counts: the highest rank that is held. `region` is where support is given from."""

    contract_id: int
    number: str
    plan_version: PlanVersion
    plan: Plan
    region: str


@dataclass(frozen=True, kw_only=True)
class ChannelDecision:
    """A channel at an instant. Open now: in the plan, connected on this site, and within its hours.

    `opens_at` is the next opening of a closed one; `closes_at` the end of the present or next open stretch,
    None if that never ends. Both are None where the plan does not include the channel.
    """

    key: str
    in_plan: bool
    connected: bool
    within_hours: bool
    opens_at: datetime | None
    closes_at: datetime | None

    @property
    def open_now(self) -> bool:
        return self.in_plan and self.connected and self.within_hours

    @property
    def reasons(self) -> tuple[ChannelReason, ...]:
        """`OPEN` alone, or everything that is missing."""
        if self.open_now:
            return (ChannelReason.OPEN,)
        missing = {
            ChannelReason.NOT_IN_PLAN: not self.in_plan,
            ChannelReason.NOT_CONNECTED: not self.connected,
            ChannelReason.OUTSIDE_HOURS: self.in_plan and not self.within_hours,
        }
        return tuple(reason for reason, applies in missing.items() if applies)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is promised for a case at an instant. Exactly one of `effective` and `lack` is there.

    `holdings` are all that cover the case, those without a plan included; `channels` are in the catalogue's
    order. `boundary` is that of the case to be opened.
    """

    at: datetime
    organisation_id: int | None
    boundary: Boundary
    holdings: tuple[Holding, ...]
    effective: Effective | None
    lack: Lack | None
    channels: tuple[ChannelDecision, ...]

    @property
    def no_promise(self) -> NoPromise | None:
        return self.lack.reason if self.lack else None

    @property
    def severities(self) -> tuple[str, ...]:
        """Those for which something is promised."""
        return self.effective.plan.severities if self.effective else ()

    def channel(self, key: str) -> ChannelDecision:
        """Raises KeyError for a channel that the catalogue does not have."""
        for channel in self.channels:
            if channel.key == key:
                return channel
        raise KeyError(key)
