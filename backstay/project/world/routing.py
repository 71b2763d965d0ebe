"""How the example desk is arranged: who knows what, who works when, how much each takes."""

from datetime import date, datetime, timedelta

from backstay.project.world import data
from backstay.project.world.parties import BY, Colleague, Parties
from backstay.routing import actions
from backstay.routing.actions import Week
from backstay.routing.choices import SkillKind
from backstay.routing.models import ShiftPattern, Skill
from businesstime import Window

LANGUAGES = {"en": "English", "ro": "Romanian"}
TOPICS = {
    "licensing": ("Licensing", ("licen", "activation", "activare")),
    "performance": ("Performance", ("slow", "lent", "timeout", "latency")),
    "updates": ("Updates", ("update", "upgrade", "firmware", "actualiz")),
}
OPENS, CLOSES = "08:00", "20:00"
# By the continent that somebody lives on: the zone and whose holidays count.
SHIFTS = {"Europe": ("Europe/Bucharest", "RO"), "America": ("America/New_York", "US")}
LIMITS = {1: 12, 2: 8}  # by level: cases of the second take longer
MANAGE = {"manager", "administrator"}
OFTEN = 3  # of so many agents one knows a product or topic well


def arrange(made: Parties, *, at: datetime) -> None:
    """Skills for everybody who answers, a shift where they live, and capacity by level."""
    skills = _skills()
    patterns = _patterns(at)
    since = (at - timedelta(days=300)).date()
    answering = [each for each in made.staff if each.data.role not in MANAGE]
    for place, colleague in enumerate(answering):
        _know(colleague, place, skills, at)
        _work(colleague, patterns, since, at)
        limit = LIMITS[colleague.data.level]
        actions.set_capacity(staff_id=colleague.viewer.id, limit=limit, by=BY, at=at)


def _skills() -> list[Skill]:
    """Languages first, then products and topics."""
    languages = [(SkillKind.LANGUAGE, key, label, ()) for key, label in LANGUAGES.items()]
    products = [(SkillKind.PRODUCT, each.key, each.name, ()) for each in data.products()]
    topics = [(SkillKind.TOPIC, key, label, words) for key, (label, words) in TOPICS.items()]
    return [
        actions.put_skill(kind=kind, key=key, label=label, words=words, by=BY)
        for kind, key, label, words in [*languages, *products, *topics]
    ]


def _know(colleague: Colleague, place: int, skills: list[Skill], at: datetime) -> None:
    """Everybody writes English; products and topics go round, so that each has somebody who knows it well."""
    for number, skill in enumerate(skills):
        if skill.kind == SkillKind.LANGUAGE:
            own = skill.key == colleague.data.language
            level = 5 if own else 4 if skill.key == "en" else 0
        else:
            level = 2 + colleague.data.level if (number + place) % OFTEN == 0 else 2
        if level:
            actions.set_skill(staff_id=colleague.viewer.id, skill=skill, level=level, by=BY, at=at)


def _patterns(at: datetime) -> dict[str, ShiftPattern]:
    day = (Window.parse(OPENS, CLOSES),)
    week = (*[day] * 5, (), ())
    return {
        continent: actions.put_pattern(
            key=f"{continent.lower()}-day",
            name=f"{continent}, day",
            week=Week(zone=zone, days=week, country=country),
            by=BY,
            at=at,
        )
        for continent, (zone, country) in SHIFTS.items()
    }


def _work(colleague: Colleague, patterns: dict[str, ShiftPattern], since: date, at: datetime) -> None:
    pattern = patterns[colleague.data.zone.partition("/")[0]]
    actions.set_shift(staff_id=colleague.viewer.id, pattern=pattern, since=since, until=None, by=BY, at=at)
