"""The plan catalogue: read from TOML, checked, and kept in one canonical form."""

from backstay.plans.catalogue.handling import Closing, Handover, Reopening, RequestUrgency
from backstay.plans.catalogue.ladders import Ladder, LadderStep, Mark
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
)
from backstay.plans.catalogue.texts import say

__all__ = [
    "BadCatalogue",
    "Band",
    "CalendarTemplate",
    "Catalogue",
    "Channel",
    "Closing",
    "Handover",
    "Ladder",
    "LadderStep",
    "Mark",
    "Plan",
    "Problem",
    "Read",
    "Region",
    "Reopening",
    "RequestUrgency",
    "Severity",
    "Target",
    "calendar_in",
    "holidays_in",
    "read",
    "say",
]
