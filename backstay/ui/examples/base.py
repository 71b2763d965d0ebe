"""What an example is, and the present at which all of them are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from textwrap import dedent
from typing import Any

from django.template import engines

NOW = datetime(2026, 4, 18, 10, 53, tzinfo=UTC)  # a Saturday, 13:53 in Bucharest
ZONE = "Europe/Bucharest"
WEEK = date(2026, 4, 13)


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One use of a component: its tags, the text as a page would write it, and what the page hands in."""

    name: str
    source: str
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The source without the indent that it has here."""
        return dedent(self.source).strip()

    def html(self) -> str:
        """The example drawn, with the gallery's fixed present."""
        template = engines["django"].from_string(self.text)
        return template.render({"now": NOW, "zone": ZONE} | self.context)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    title: str
    examples: Sequence[Example]


def minutes(count: float) -> datetime:
    """An instant that many minutes after the examples' present."""
    return NOW + timedelta(minutes=count)
