import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.template import engines

NOW = datetime(2026, 4, 18, 10, 53, tzinfo=UTC)


class Text(HTMLParser):
    """The text of markup, a space between elements."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def clock(state: str, inputs: str = "", **context) -> str:
    source = f'{{% clock state="{state}" now=now timezone="Europe/Bucharest" {inputs} %}}'
    return engines["django"].from_string(source).render({"now": NOW, **context})


def text_of(html: str) -> str:
    reader = Text()
    reader.feed(html)
    return " | ".join(part for part in reader.parts if part.strip())


@pytest.mark.parametrize(
    ("state", "inputs", "context", "text"),
    [
        ("easy", "due_at=due", {"due": 156}, "2 h 36 min left | by 16:29 EEST"),
        (
            "soon",
            'due_at=due what="first response"',
            {"due": 12},
            "12 min left | by 14:05 EEST · first response",
        ),
        ("late", "due_at=due", {"due": -4}, "4 min late | by 13:49 EEST"),
        (
            "late",
            "due_at=due stopped_at=stopped",
            {"due": -64, "stopped": -60},
            "4 min late | answered 12:53 EEST",
        ),
        ("kept", "stopped_at=stopped", {"stopped": -171}, "kept | answered 11:02 EEST"),
        (
            "paused",
            'remaining=4800 what="waiting on customer"',
            {},
            "paused, 1 h 20 min left | waiting on customer",
        ),
        ("paused", "", {}, "paused"),
        ("none", "", {}, "no promise"),
        ("easy", "due_at=due", {"due": 60 * 24 * 3}, "3 d left | by Tue 21 Apr, 13:53 EEST"),
    ],
)
def test_clock_says_time_left_and_absolute_time_with_zone(state, inputs, context, text):
    instants = {name: NOW + timedelta(minutes=value) for name, value in context.items()}
    assert text_of(clock(state, inputs, **instants)) == text


def test_running_clock_carries_the_instants_at_which_it_turns():
    html = clock(
        "easy", "due_at=due soon_at=soon", due=NOW + timedelta(hours=2), soon=NOW + timedelta(hours=1)
    )
    assert re.findall(r'data-(\w+)-at="([^"]+)"', html) == [
        ("due", "2026-04-18T12:53:00Z"),
        ("soon", "2026-04-18T11:53:00Z"),
    ]


@pytest.mark.parametrize("inputs", ["stopped_at=now", "due_at=now stopped_at=now"])
@pytest.mark.parametrize("state", ["kept", "late"])
def test_stopped_clock_does_not_tick(state, inputs):
    html = clock(state, "due_at=now stopped_at=now" if state == "late" else inputs)
    assert "data-due-at" not in html


def test_ring_shows_the_share_used():
    assert 'stroke-dasharray="80 100"' in clock("soon", "due_at=now used=0.8")
    assert 'stroke-dasharray="100 100"' in clock("soon", "due_at=now used=1.7")
    assert 'stroke-dasharray="0 100"' in clock("none", "used=0.8")


def test_running_clock_without_due_instant_is_refused():
    with pytest.raises(ValueError, match="a clock in state easy needs due_at"):
        clock("easy")


def test_unknown_state_is_refused():
    with pytest.raises(ValueError, match="hasty"):
        clock("hasty")
