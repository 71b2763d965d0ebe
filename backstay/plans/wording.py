"""The words for hours, targets and tiers in the active language, made from data."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backstay.plans.catalogue import CalendarTemplate, Catalogue, Closing, Mark, Target
from backstay.plans.choices import Axis, Do, MarkKind
from businesstime import Unit, Window

DAY_S, HOUR_S, MINUTE_S = 86400, 3600, 60


def hours(template: CalendarTemplate) -> str:
    """Such as "12 hours, business days"; the week spelt out where no such short form says it truly."""
    week = template.week
    every_day = _same_hours(week)
    if every_day is not None and not template.holidays:
        words = ngettext("%(count)d hour, 7 days", "%(count)d hours, 7 days", every_day)
        return words % {"count": every_day}
    business = None if any(week[5:]) else _same_hours(week[:5])
    if business is not None and template.holidays:
        words = ngettext("%(count)d hour, business days", "%(count)d hours, business days", business)
        return words % {"count": business}
    return _spelt_out(template)


def coverage(catalogue: Catalogue, calendar: str | None) -> str:
    """The hours of a plan's channel."""
    return hours(catalogue.calendars[calendar]) if calendar else _("not included")


def within(target: Target) -> str:
    """Such as "within 4 business hours"; hours of the plan's own coverage are plain hours."""
    return within_span(target.unit, target.amount, covered=target.coverage_of is not None)


def within_span(unit: Unit, amount: int, *, covered: bool) -> str:
    """As `within`, of a running clock's terms. `covered`: it counts on the coverage of a channel."""
    if unit is Unit.BUSINESS_DAYS:
        words = ngettext("within %(count)d business day", "within %(count)d business days", amount)
        return words % {"count": amount}
    business = unit is Unit.BUSINESS_HOURS and not covered
    if amount % HOUR_S:
        return _within_minutes(amount // MINUTE_S, business=business)
    return _within_hours(amount // HOUR_S, business=business)


def tier(level: int) -> str:
    return _("Level %(level)d") % {"level": level}


def mark(reached: Mark) -> str:
    """What a case has reached on its ladder, such as "15 minutes after the target is missed"."""
    facts = {"count": reached.count, "time": duration(reached.seconds, business=reached.business)}
    match reached.kind:
        case MarkKind.TARGET:
            words = _("%(count)d %% of the time to answer have passed")
        case MarkKind.BREACH:
            words = _("%(time)s after the target is missed") if reached.seconds else _("The target is missed")
        case MarkKind.AGE:
            words = _("The case has been open for %(time)s")
        case MarkKind.SILENCE:
            words = _("%(time)s without a word from us")
        case MarkKind.REOPENED:
            words = ngettext("Reopened %(count)d time", "Reopened %(count)d times", reached.count)
        case MarkKind.REASSIGNED:
            words = ngettext("Reassigned %(count)d time", "Reassigned %(count)d times", reached.count)
    return words % facts


def act(do: Do) -> str:
    return {
        Do.NOTIFY_ASSIGNEE: pgettext("ladder step", "Notify the assignee"),
        Do.NOTIFY_LEADS: pgettext("ladder step", "Notify the team leads"),
        Do.NOTIFY_MANAGEMENT: pgettext("ladder step", "Notify management"),
        Do.TIER_UP: pgettext("ladder step", "Hand over to the next tier"),
        Do.PAGE_ON_CALL: pgettext("ladder step", "Page the engineer on call"),
        Do.PAGE_MANAGEMENT: pgettext("ladder step", "Page the manager on call"),
    }[do]


def axis(way: Axis) -> str:
    return {
        Axis.FUNCTIONAL: _("Functional: who works on the case"),
        Axis.HIERARCHICAL: _("Hierarchical: who answers for the case"),
    }[way]


def duration(seconds: int, *, business: bool = False) -> str:
    """Such as "15 minutes" and "4 business hours"; whole days are said from two on."""
    if not business and seconds >= 2 * DAY_S and not seconds % DAY_S:
        days = seconds // DAY_S
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if seconds % HOUR_S:
        count = seconds // MINUTE_S
        if business:
            words = ngettext("%(count)d business minute", "%(count)d business minutes", count)
        else:
            words = ngettext("%(count)d minute", "%(count)d minutes", count)
    else:
        count = seconds // HOUR_S
        if business:
            words = ngettext("%(count)d business hour", "%(count)d business hours", count)
        else:
            words = ngettext("%(count)d hour", "%(count)d hours", count)
    return words % {"count": count}


def closing(terms: Closing) -> str:
    """When a case that waits on its customer is reminded of, and closed."""
    days = terms.close_days
    closed = ngettext("closed after %(count)d business day", "closed after %(count)d business days", days)
    return ", ".join([*map(_reminder, terms.reminder_days), closed % {"count": days}])


def _reminder(days: int) -> str:
    words = ngettext("reminder after %(count)d business day", "reminder after %(count)d business days", days)
    return words % {"count": days}


def _within_hours(count: int, *, business: bool) -> str:
    if business:
        words = ngettext("within %(count)d business hour", "within %(count)d business hours", count)
    else:
        words = ngettext("within %(count)d hour", "within %(count)d hours", count)
    return words % {"count": count}


def _within_minutes(count: int, *, business: bool) -> str:
    if business:
        words = ngettext("within %(count)d business minute", "within %(count)d business minutes", count)
    else:
        words = ngettext("within %(count)d minute", "within %(count)d minutes", count)
    return words % {"count": count}


def _same_hours(days: tuple[tuple[Window, ...], ...]) -> int | None:
    """How many whole hours each of the days is open, if all are alike."""
    lengths = {sum(window.closes - window.opens for window in day) for day in days}
    length = lengths.pop()
    return None if lengths or not length or length % HOUR_S else length // HOUR_S


def _spelt_out(template: CalendarTemplate) -> str:
    days = [
        f"{WEEKDAYS[weekday]} {' '.join(map(str, windows))}"
        for weekday, windows in enumerate(template.week)
        if windows
    ]
    words = ", ".join(days)
    return _("%(days)s, closed on holidays") % {"days": words} if template.holidays else words
