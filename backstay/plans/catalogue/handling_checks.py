"""What is wrong with the parts of a catalogue about hand-over, closing, ladders: names, order, repetition."""

from collections.abc import Iterator
from itertools import chain, pairwise

from django.utils.translation import gettext as _

from backstay.plans.catalogue.file_form import COVERAGE_OF, CatalogueFile, PlanEntry, covering_channel
from backstay.plans.catalogue.handling import Closing, Handover
from backstay.plans.catalogue.ladders import Ladder
from backstay.plans.catalogue.problems import Path, Problem, unknown
from businesstime import Unit


def handling_faults(file: CatalogueFile) -> Iterator[Problem]:
    return chain(
        *(_of_handover(file, handover) for handover in file.handover.values()),
        *(_of_closing(file, closing) for closing in file.closing.values()),
        *(_of_ladder(file, ladder) for ladder in file.ladders.values()),
        *(_of_plan(file, plan) for plan in file.plans.values()),
    )


def handling_doubts(file: CatalogueFile) -> Iterator[Problem]:
    climbed = {plan.ladder for plan in file.plans.values()}
    for ladder in file.ladders:
        if ladder not in climbed:
            yield Problem(path=("ladders", ladder), says=_("no plan climbs this ladder"))


def amount_faults(path: Path, unit: Unit, word: str) -> Iterator[Problem]:
    """Days where hours are counted, or the reverse; `word` is the amount's."""
    if unit is Unit.BUSINESS_DAYS and word != "day":
        says = _('business_days counts whole days; write "1 day", or take the unit business_hours')
        yield Problem(path=(*path, "amount"), says=says)
    if unit is Unit.BUSINESS_HOURS and word == "day":
        says = _("business_hours counts hours and minutes, and a day has no fixed number of them")
        yield Problem(path=(*path, "amount"), says=says)


def _of_handover(file: CatalogueFile, handover: Handover) -> Iterator[Problem]:
    path: Path = ("handover", handover.key)
    if handover.key not in file.bands:
        yield unknown(path, handover.key, file.bands)
    yield from amount_faults(path, handover.unit, handover.word)
    ways = [*file.calendars, *(f"{COVERAGE_OF}{channel}" for channel in file.channels)]
    if handover.unit is Unit.ELAPSED:
        if handover.calendar is not None:
            says = _("elapsed time runs without a calendar; leave it out, or take the unit business_hours")
            yield Problem(path=(*path, "calendar"), says=says)
    elif handover.calendar is None:
        yield Problem(path=(*path, "calendar"), says=_("this unit needs a calendar"), allowed=tuple(ways))
    elif handover.calendar not in ways:
        yield unknown((*path, "calendar"), handover.calendar, ways)


def _of_closing(file: CatalogueFile, closing: Closing) -> Iterator[Problem]:
    path: Path = ("closing", closing.key)
    if closing.key not in file.severities:
        yield unknown(path, closing.key, file.severities)
    if closing.calendar not in file.calendars:
        yield unknown((*path, "calendar"), closing.calendar, file.calendars)
    for before, after in pairwise((*closing.reminder_days, closing.close_days)):
        if after <= before:
            says = _("reminders come one after another, and all of them before the case is closed")
            yield Problem(path=(*path, "reminders"), says=says)
            return


def _of_ladder(file: CatalogueFile, ladder: Ladder) -> Iterator[Problem]:
    taken = set()
    for index, step in enumerate(ladder.steps):
        path: Path = ("ladders", ladder.key, "steps", index)
        for place, severity in enumerate(step.severities):
            if severity not in file.severities:
                yield unknown((*path, "severities", place), severity, file.severities)
            elif (severity, step.mark) in taken:
                says = _('%(severity)s has a step at "%(mark)s" already; let that one do both')
                facts = {"severity": severity, "mark": step.mark}
                yield Problem(path=(*path, "mark"), says=says % facts)
            taken.add((severity, step.mark))


def _of_plan(file: CatalogueFile, plan: PlanEntry) -> Iterator[Problem]:
    if plan.ladder is not None and plan.ladder not in file.ladders:
        yield unknown(("plans", plan.key, "ladder"), plan.ladder, file.ladders)
    for handover in file.handover.values():
        channel = covering_channel(handover.calendar)
        if channel in file.channels and plan.calendar_of(channel) is None:
            says = _('plan "%(plan)s" does not include the channel "%(channel)s", so it never opens there')
            facts = {"plan": plan.key, "channel": channel}
            yield Problem(path=("handover", handover.key, "calendar"), says=says % facts)
