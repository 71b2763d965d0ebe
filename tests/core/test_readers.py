from collections.abc import Iterator
from datetime import timedelta

import pytest

from backstay.core import readers, scoping
from backstay.core.models import OutboxEvent, ParkedEvent, ReaderPosition
from tests.core.outbox import AT, Knock, Ring, knock, number, publish

pytestmark = pytest.mark.django_db
MACHINE = scoping.machine("test")


class Door:
    """A handler that remembers what it was told, and fails on the counts in `fails`."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, int]] = []
        self.fails: set[int] = set()

    def __call__(self, event: Knock, *, at) -> None:
        if event.count in self.fails:
            raise ValueError("the key is hunter2")
        self.opened.append((event.door, event.count))


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, readers.Reader]:
    monkeypatch.setattr(readers, "registered", {})
    return readers.registered


@pytest.fixture
def door(registered) -> Iterator[Door]:
    door = Door()
    readers.register("door", door, Knock, start=readers.Start.BEGINNING)
    return door


def knocked(*what) -> None:
    publish(*what)
    number()


def parked() -> list[tuple[str, int, int, int]]:
    with scoping.acting(MACHINE):
        return [
            (row.key, row.seq, row.attempts, (row.retry_at - AT).seconds)
            for row in ParkedEvent.objects.order_by("seq")
        ]


def test_drain_hands_on_events_in_order_once(door):
    knocked(*(knock("a", count) for count in range(5)))
    assert readers.drain("door", AT) == 5
    assert readers.drain("door", AT) == 0
    assert door.opened == [("a", 0), ("a", 1), ("a", 2), ("a", 3), ("a", 4)]


def test_drain_passes_a_batch_at_most(door):
    knocked(*(knock("a", count) for count in range(5)))
    assert [readers.drain("door", AT, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert [count for _, count in door.opened] == [0, 1, 2, 3, 4]


def test_drain_passes_over_events_of_other_kinds(door):
    knocked(Ring(boundary="open"), knock("a", 1), Ring(boundary="open"))
    assert readers.drain("door", AT) == 3
    assert door.opened == [("a", 1)]


def test_reader_without_kinds_gets_every_event(registered):
    told = []
    readers.reader("all", start=readers.Start.BEGINNING)(lambda event, *, at: told.append((event, at)))
    knocked(knock("a"), Ring(boundary="us"))
    readers.drain("all", AT)
    assert told == [(knock("a"), AT), (Ring(boundary="us"), AT)]


def test_new_reader_starts_at_the_end_unless_told(registered):
    late = Door()
    readers.register("late", late, Knock)
    knocked(knock("a", 1))
    assert readers.drain("late", AT) == 0
    knocked(knock("a", 2))
    assert readers.drain("late", AT) == 1
    assert late.opened == [("a", 2)]


def test_register_refuses_a_second_reader_of_the_name(door):
    with pytest.raises(ValueError, match="two readers are called 'door'"):
        readers.register("door", door, Knock)


def test_failing_event_is_parked_with_what_follows_under_its_key(door):
    door.fails = {2}
    knocked(knock("a", 1), knock("a", 2), knock("b", 7), knock("a", 3), knock("b", 8))
    assert readers.drain("door", AT) == 5
    assert door.opened == [("a", 1), ("b", 7), ("b", 8)]
    assert parked() == [("door:a", 2, 1, 5), ("door:a", 4, 0, 0)]


def test_later_batch_waits_behind_a_parked_event(door):
    door.fails = {1}
    knocked(knock("a", 1))
    readers.drain("door", AT)
    knocked(knock("a", 2))
    assert readers.drain("door", AT) == 1
    assert door.opened == []
    assert [row[1] for row in parked()] == [1, 2]


def test_parked_error_names_kind_and_place_and_no_message(door):
    door.fails = {1}
    knocked(knock("a", 1))
    readers.drain("door", AT)
    with scoping.acting(MACHINE):
        error = ParkedEvent.objects.get().error
    assert error.rpartition(" ")[0] == "ValueError in __call__, test_readers.py line"


def test_effects_of_a_failing_handler_are_undone(registered):
    def half(event: Knock, *, at) -> None:
        ReaderPosition.objects.create(reader="half done", seq=1)
        raise ValueError

    readers.register("half", half, Knock, start=readers.Start.BEGINNING)
    knocked(knock("a"))
    assert readers.drain("half", AT) == 1
    with scoping.acting(MACHINE):
        assert list(ReaderPosition.objects.values_list("reader", flat=True)) == ["half"]


def test_retry_handles_a_key_in_order_when_it_is_due(door):
    door.fails = {1}
    knocked(knock("a", 1), knock("a", 2), knock("b", 3))
    readers.drain("door", AT)
    door.fails = set()
    assert readers.retry_parked("door", AT + timedelta(seconds=4)) == 0
    assert readers.retry_parked("door", AT + timedelta(seconds=5)) == 2
    assert door.opened == [("b", 3), ("a", 1), ("a", 2)]
    assert parked() == []


def test_retry_that_fails_waits_twice_as_long_and_keeps_the_rest(door):
    door.fails = {1}
    knocked(knock("a", 1), knock("a", 2))
    readers.drain("door", AT)
    assert readers.retry_parked("door", AT + timedelta(seconds=5)) == 0
    assert parked() == [("door:a", 1, 2, 15), ("door:a", 2, 0, 0)]
    assert door.opened == []


def test_retry_of_one_key_is_not_held_up_by_another(door):
    door.fails = {1, 2}
    knocked(knock("a", 1), knock("b", 2))
    readers.drain("door", AT)
    door.fails = {1}
    assert readers.retry_parked("door", AT + timedelta(seconds=5)) == 1
    assert door.opened == [("b", 2)]
    assert [row[0] for row in parked()] == ["door:a"]


def test_pauses_double_up_to_an_hour():
    seconds = [readers._pause(attempts).seconds for attempts in (1, 2, 3, 10, 11, 1000)]
    assert seconds == [5, 10, 20, 2560, 3600, 3600]


def test_event_of_an_unknown_kind_is_parked_not_passed_over(door):
    knocked(knock("a", 1), knock("a", 2))
    with scoping.acting(MACHINE):
        OutboxEvent.objects.filter(seq=1).update(name="OfANewerVersion")
    readers.drain("door", AT)
    assert door.opened == []
    assert [row[1] for row in parked()] == [1, 2]


@pytest.fixture
def old(door) -> None:
    """Five events, of which the first three are older than the retention."""
    knocked(*(knock("a", count) for count in range(1, 6)))
    with scoping.acting(MACHINE):
        OutboxEvent.objects.filter(seq__lte=3).update(at=AT - readers.RETENTION - timedelta(seconds=1))


def kept() -> list[int]:
    with scoping.acting(MACHINE):
        return list(OutboxEvent.objects.order_by("seq").values_list("seq", flat=True))


def test_forget_deletes_old_events_that_all_have_passed(door, old):
    readers.drain("door", AT)
    assert readers.forget_passed(at=AT) == 3
    assert kept() == [4, 5]


def test_forget_keeps_what_a_reader_has_not_passed(door, old):
    readers.drain("door", AT, 2)
    assert readers.forget_passed(at=AT) == 2
    assert kept() == [3, 4, 5]


def test_forget_waits_for_a_reader_that_has_not_begun(door, old):
    assert readers.forget_passed(at=AT) == 0
    assert kept() == [1, 2, 3, 4, 5]


def test_forget_keeps_parked_events_and_the_newest(door, old):
    door.fails = {2}
    readers.drain("door", AT)
    assert readers.forget_passed(at=AT + readers.RETENTION * 2) == 1
    assert kept() == [2, 3, 4, 5]
    with scoping.acting(MACHINE):
        ParkedEvent.objects.all().delete()
    assert readers.forget_passed(at=AT + readers.RETENTION * 2) == 3
    assert kept() == [5]
