"""What covers a case, which plan counts, and why there may be none. Pure: everything is passed in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from backstay.accounts.choices import Role
from backstay.core.scoping import Boundary, Viewer
from backstay.entitlements.choices import NoPromise
from backstay.entitlements.decisions import ChannelDecision, Holding, Lack, Question
from businesstime import Calendar, NeverOpen, is_open, next_close, next_open


def may_manage_contracts(viewer: Viewer) -> bool:
    """Managers sign and end contracts, and machines that import them."""
    return viewer.is_machine or (viewer.is_staff and Role.MANAGER in viewer.roles)


def is_running(held: Holding, at: datetime) -> bool:
    return held.starts_at <= at and (held.ends_at is None or at < held.ends_at)


def covers_line(held: Holding, line_id: int | None) -> bool:
    """A case without a product is covered by whatever is held: nobody loses a promise for not naming it."""
    return line_id is None or held.product_line_id in {None, line_id}


def covering(held: Iterable[Holding], question: Question) -> tuple[Holding, ...]:
    return tuple(
        each for each in held if is_running(each, question.at) and covers_line(each, question.product_line_id)
    )


def highest(held: Iterable[Holding], ranks: Mapping[str, int]) -> Holding | None:
    """The holding whose plan has the highest rank; of equal ones the first."""
    plans = [each for each in held if each.plan_key in ranks]
    return max(plans, key=lambda each: ranks[each.plan_key], default=None)


def lack(held: Sequence[Holding], question: Question) -> Lack:
    """Why none of these gives a promise, told by the one that comes nearest.

    What covers the product goes before what does not; what is yet to start before what has ended.
    """
    plans = [each for each in held if each.plan_key]
    fitting = [each for each in plans if covers_line(each, question.product_line_id)]
    running = [each for each in plans if is_running(each, question.at)]
    if running and not fitting:
        lines = tuple(sorted({each.product_line for each in running}))
        return Lack(reason=NoPromise.OTHER_PRODUCT, number=running[0].number, lines=lines)
    return _by_time(fitting or plans, question.at)


def _by_time(plans: Sequence[Holding], at: datetime) -> Lack:
    coming = [each for each in plans if each.starts_at > at]
    if coming:
        next_one = min(coming, key=lambda each: each.starts_at)
        return Lack(reason=NoPromise.NOT_STARTED, number=next_one.number, instant=next_one.starts_at)
    ended = [(each.ends_at, each.number) for each in plans if each.ends_at and each.ends_at <= at]
    if ended:
        instant, number = max(ended)
        return Lack(reason=NoPromise.EXPIRED, number=number, instant=instant)
    return Lack(reason=NoPromise.NO_CONTRACT)


def boundary(sides: Iterable[str]) -> Boundary:
    """Bound as soon as anything concerned is bound (ground rule 10)."""
    return Boundary.US if Boundary.US in set(sides) else Boundary.OPEN


def channel(key: str, calendar: Calendar | None, at: datetime, *, connected: bool) -> ChannelDecision:
    """A channel by the calendar of its coverage, None where the plan does not include it."""
    within = calendar is not None and is_open(calendar, at)
    opens_at, closes_at = _hours(calendar, at) if calendar else (None, None)
    return ChannelDecision(
        key=key,
        in_plan=calendar is not None,
        connected=connected,
        within_hours=within,
        opens_at=None if within else opens_at,
        closes_at=closes_at,
    )


def _hours(calendar: Calendar, at: datetime) -> tuple[datetime | None, datetime | None]:
    try:
        return next_open(calendar, at), next_close(calendar, at)
    except NeverOpen:
        return None, None
