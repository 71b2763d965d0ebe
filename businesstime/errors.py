class BusinessTimeError(Exception):
    """What every error of this package is."""


class NaiveDatetime(BusinessTimeError):
    """A datetime without a zone was passed; only aware ones say which instant is meant."""


class CalendarError(BusinessTimeError):
    """A calendar (or what should become one) is not valid, or one is missing where a span needs it."""


class SpanError(BusinessTimeError):
    """A negative amount of time, or a period that ends before it starts."""


class NeverOpen(BusinessTimeError):
    """The calendar does not reach the answer: it never opens again, or not within the years covered."""


class ClockError(BusinessTimeError):
    """Events that no clock can have gone through: out of order, or not allowed in its state."""
