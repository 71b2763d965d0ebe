"""Readers and a past that is made afterwards: who begins with it, and who begins behind it."""

import pytest

from backstay.core import readers, scoping
from backstay.core.models import ReaderPosition
from tests.core.outbox import AT, Knock, knock, number, publish

pytestmark = pytest.mark.django_db
MACHINE = scoping.machine("test")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """What two readers were told: one that begins with the beginning, and one that begins at the end."""
    monkeypatch.setattr(readers, "registered", {})
    told: dict[str, list[int]] = {"history": [], "news": []}
    readers.register(
        "history", lambda event, at: told["history"].append(event.count), Knock, start=readers.Start.BEGINNING
    )
    readers.register("news", lambda event, at: told["news"].append(event.count), Knock)
    return told


def knocked(*counts: int) -> None:
    publish(*(knock("a", count) for count in counts))
    number()


def test_catch_up_goes_to_the_end_however_far_it_is(heard: dict[str, list[int]]) -> None:
    counts = list(range(2 * readers.BATCH + 3))
    knocked(*counts)
    readers.catch_up(at=AT)
    assert heard == {"history": counts, "news": []}


def test_pass_over_moves_those_who_heed_only_what_comes(heard: dict[str, list[int]]) -> None:
    knocked(0)
    assert readers.drain("news", AT) == 0  # it has begun now, behind the first event
    knocked(1, 2)
    with scoping.acting(MACHINE):
        readers.pass_over()
        assert ReaderPosition.objects.get(reader="news").seq == readers.end()
    knocked(3)
    assert readers.drain("news", AT) == 1
    assert readers.drain("history", AT) == 4
    assert heard == {"history": [0, 1, 2, 3], "news": [3]}
