"""Which plan suits me? Answers to a few questions, weighed against what each plan promises."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backstay.plans import wording
from backstay.plans.catalogue import Catalogue, Channel, Plan, Target, say
from businesstime import Unit


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What somebody needs; None means that it does not matter.

    `channels` are keys of the catalogue, `blocker_within_s` is the time in seconds within which a severe
    problem must be answered, `region` is where support would be given from.
    """

    around_the_clock: bool = False
    channels: frozenset[str] = frozenset()
    us_only: bool = False
    blocker_within_s: int | None = None
    region: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why a plan suits or does not, in words. `for_it` is None for what neither speaks for nor against it."""

    words: str
    for_it: bool | None


@dataclass(frozen=True)
class Advice:
    plan: Plan
    reasons: tuple[Reason, ...]

    @property
    def suits(self) -> bool:
        return all(reason.for_it is not False for reason in self.reasons)

    @property
    def misses(self) -> int:
        return sum(reason.for_it is False for reason in self.reasons)


def channels_to_ask_about(catalogue: Catalogue) -> tuple[Channel, ...]:
    """Channels that some plans include and others do not; the rest decides nothing."""
    plans = catalogue.plans.values()
    return tuple(
        channel
        for channel in catalogue.channels.values()
        if len({plan.coverage[channel.key] is None for plan in plans}) > 1
    )


def response_times(catalogue: Catalogue) -> tuple[int, ...]:
    """The different times, in seconds and shortest first, in which plans answer the severest problems."""
    targets = (_severest(plan) for plan in catalogue.plans.values())
    return tuple(sorted({target.amount for target in targets if target.unit is not Unit.BUSINESS_DAYS}))


def advise(catalogue: Catalogue, answers: Answers) -> tuple[Advice, ...]:
    """Every plan with its reasons, in the active language: those that suit first, by their rank."""
    found = [Advice(plan, tuple(_reasons(catalogue, plan, answers))) for plan in catalogue.plans.values()]
    return tuple(sorted(found, key=lambda advice: (advice.misses, advice.plan.rank)))


def _reasons(catalogue: Catalogue, plan: Plan, answers: Answers) -> Iterator[Reason]:
    if answers.region is not None:
        yield from _about_region(catalogue, plan, answers.region)
    if answers.around_the_clock:
        yield _about_hours(catalogue, plan)
    for key in catalogue.channels:
        if key in answers.channels:
            yield _about_channel(catalogue, plan, key)
    if answers.blocker_within_s is not None:
        yield _about_speed(plan, answers.blocker_within_s)
    yield from _about_boundary(plan, wanted=answers.us_only)


def _about_region(catalogue: Catalogue, plan: Plan, region: str) -> Iterator[Reason]:
    if region not in plan.regions:
        sold = ", ".join(say(catalogue.regions[key].name) for key in plan.regions)
        yield Reason(_("It is given from %(regions)s only.") % {"regions": sold}, for_it=False)


def _about_hours(catalogue: Catalogue, plan: Plan) -> Reason:
    people = [
        channel
        for channel in catalogue.channels.values()
        if channel.human and (key := plan.coverage[channel.key]) and catalogue.calendars[key].never_closes
    ]
    if people:
        labels = ", ".join(say(channel.label) for channel in people)
        return Reason(_("People answer around the clock: %(channels)s.") % {"channels": labels}, for_it=True)
    return Reason(_("No channel on which people answer is open around the clock."), for_it=False)


def _about_channel(catalogue: Catalogue, plan: Plan, key: str) -> Reason:
    facts = {
        "channel": say(catalogue.channels[key].label),
        "hours": wording.coverage(catalogue, plan.coverage[key]),
    }
    included = plan.coverage[key] is not None
    return Reason(_("%(channel)s: %(hours)s.") % facts, for_it=included)


def _about_speed(plan: Plan, wanted_s: int) -> Reason:
    target = _severest(plan)
    fast_enough = target.unit is not Unit.BUSINESS_DAYS and target.amount <= wanted_s
    facts = {"within": wording.within(target), "severities": " & ".join(target.severities)}
    return Reason(_("%(severities)s: answered %(within)s.") % facts, for_it=fast_enough)


def _about_boundary(plan: Plan, *, wanted: bool) -> Iterator[Reason]:
    if plan.us_only:
        words = _("Only US citizens on US soil give this support and see its cases.")
        yield Reason(words, for_it=True if wanted else None)
    elif wanted:
        yield Reason(_("It is not limited to US citizens on US soil."), for_it=False)


def _severest(plan: Plan) -> Target:
    return plan.targets[0]
