"""The plan catalogue: read from TOML, checked, and kept in one canonical form."""

from backstay.plans.catalogue.places import calendar_in, holidays_in
from backstay.plans.catalogue.problems import BadCatalogue, Problem
from backstay.plans.catalogue.reading import Read, read
from backstay.plans.catalogue.terms import (
    Band,
    CalendarTemplate,
    Catalogue,
    Channel,
    Plan,
    Region,
    Severity,
    Target,
    say,
)

__all__ = [
    "BadCatalogue",
    "Band",
    "CalendarTemplate",
    "Catalogue",
    "Channel",
    "Plan",
    "Problem",
    "Read",
    "Region",
    "Severity",
    "Target",
    "calendar_in",
    "holidays_in",
    "read",
    "say",
]
