from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SkillKind(StrEnum):
    """What a skill is about. Its key is a product's or a product line's, a language's code, or free."""

    PRODUCT = "product"
    LANGUAGE = "language"
    TOPIC = "topic"


class Declared(StrEnum):
    """What a member of staff says of themselves."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


class Standing(StrEnum):
    """What may be believed of it at an instant."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    LAPSED = "lapsed"  # said to be available, and not heard of since
    OFF_SHIFT = "off_shift"  # said so during a shift that is over
    ABSENT = "absent"
    UNDECLARED = "undeclared"  # has never used the switch


class RuleKind(StrEnum):
    """Whether a rule shuts people out, or adds to their points."""

    REQUIRE = "require"
    PREFER = "prefer"


class Fact(StrEnum):
    """What a rule looks at."""

    TIER = "tier"
    BOUNDARY = "boundary"
    AVAILABLE = "available"
    CAPACITY = "capacity"
    RETURNED = "returned"
    LANGUAGE = "language"
    PRODUCT = "product"
    TOPIC = "topic"
    LOAD = "load"
    PREVIOUS = "previous"
    IDLE = "idle"


class Unroutable(StrEnum):
    """Why nobody can take a case within its time."""

    NOBODY_SUITS = "nobody_suits"  # nobody has its tier, its side of the boundary and what else is required
    NOBODY_ON_SHIFT = "nobody_on_shift"  # somebody does, but not before it is due
    ALL_AWAY = "all_away"  # somebody is on shift, and everybody who does is away


class Outcome(StrEnum):
    """What came of routing a case."""

    ASSIGNED = "assigned"
    WAITS = "waits"  # for somebody who will be free or come on shift in time
    UNROUTABLE = "unroutable"
    SETTLED = "settled"  # somebody has it, or it is closed
    OFF = "off"  # this site does not assign automatically


SKILL_KIND_LABELS = {
    SkillKind.PRODUCT: pgettext_lazy("skill", "Product"),
    SkillKind.LANGUAGE: pgettext_lazy("skill", "Language"),
    SkillKind.TOPIC: pgettext_lazy("skill", "Topic"),
}
DECLARED_LABELS = {
    Declared.AVAILABLE: pgettext_lazy("availability", "Available"),
    Declared.BUSY: pgettext_lazy("availability", "Busy"),
    Declared.AWAY: pgettext_lazy("availability", "Away"),
}
STANDING_LABELS = {
    Standing.AVAILABLE: pgettext_lazy("availability", "Available"),
    Standing.BUSY: pgettext_lazy("availability", "Busy"),
    Standing.AWAY: pgettext_lazy("availability", "Away"),
    Standing.LAPSED: pgettext_lazy("availability", "Not heard of"),
    Standing.OFF_SHIFT: pgettext_lazy("availability", "Off shift"),
    Standing.ABSENT: pgettext_lazy("availability", "Absent"),
    Standing.UNDECLARED: pgettext_lazy("availability", "Not declared"),
}
RULE_KIND_LABELS = {
    RuleKind.REQUIRE: pgettext_lazy("rule", "Required"),
    RuleKind.PREFER: pgettext_lazy("rule", "Preferred"),
}
FACT_LABELS = {
    Fact.TIER: _("Level of the queue"),
    Fact.BOUNDARY: _("Side of the boundary"),
    Fact.AVAILABLE: _("Available and on shift"),
    Fact.CAPACITY: _("Room for another case"),
    Fact.RETURNED: _("Has not given the case back"),
    Fact.LANGUAGE: _("Language"),
    Fact.PRODUCT: _("Product"),
    Fact.TOPIC: _("Topic"),
    Fact.LOAD: _("Least load"),
    Fact.PREVIOUS: _("Answered the customer before"),
    Fact.IDLE: _("Longest without a new case"),
}
