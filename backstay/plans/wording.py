"""The words for hours, targets and tiers in the active language, made from data."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backstay.plans.catalogue import CalendarTemplate, Catalogue, Target
from businesstime import Unit, Window

HOUR_S, MINUTE_S = 3600, 60


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
