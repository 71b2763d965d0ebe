"""The verbs of routing, one family a file."""

from backstay.routing.actions.arranging import (
    BadLevel,
    BadPeriod,
    MayNotArrange,
    Overlaps,
    Week,
    add_absence,
    drop_absence,
    put_pattern,
    put_skill,
    set_capacity,
    set_shift,
    set_skill,
)
from backstay.routing.actions.availability import NotYourself, beat, declare
from backstay.routing.actions.desk import (
    BadWeight,
    BoundaryStays,
    Change,
    change_desk,
    change_rule,
    ensure_rules,
)
from backstay.routing.actions.routing import NotTheDesk, Routed, route, route_waiting, take_back

__all__ = [
    "BadLevel",
    "BadPeriod",
    "BadWeight",
    "BoundaryStays",
    "Change",
    "MayNotArrange",
    "NotTheDesk",
    "NotYourself",
    "Overlaps",
    "Routed",
    "Week",
    "add_absence",
    "beat",
    "change_desk",
    "change_rule",
    "declare",
    "drop_absence",
    "ensure_rules",
    "put_pattern",
    "put_skill",
    "route",
    "route_waiting",
    "set_capacity",
    "set_shift",
    "set_skill",
    "take_back",
]
