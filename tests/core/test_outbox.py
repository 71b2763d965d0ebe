import random
import time

import pytest
from django.db import transaction

from backstay.core import events, readers, scoping
from backstay.core.models import OutboxEvent
from tests.core.outbox import AT, Knock, knock, publish

WRITERS = 4
EACH = 40
MACHINE = scoping.machine("test")


class ChangedMind(Exception):
    pass


def write(name: str) -> int:
    """Transactions of two events with a pause in between, a tenth rolled back; how many events stayed."""
    chance = random.Random(name)  # noqa: S311  # a test's dice
    kept = 0
    for turn in range(EACH):
        try:
            with scoping.acting(MACHINE):
                events.publish(knock(name, 2 * turn), at=AT)
                time.sleep(chance.random() / 300)
                events.publish(knock(name, 2 * turn + 1), at=AT)
                if chance.random() < 0.1:
                    raise ChangedMind  # noqa: TRY301  # it rolls back
            kept += 2
        except ChangedMind:
            pass
    return kept


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_without_gap_in_commit_order(forked):
    writers = [forked(lambda say, name=f"w{number}": say(str(write(name)))) for number in range(WRITERS)]
    read: list[tuple[int, str, int]] = []
    kept = 0
    for _ in range(WRITERS * EACH * 10):  # beside the writers, as a reader does
        read += _after(len(read))
        if read and len(read) >= EACH:
            break
    kept = sum(int(writer.heard()) for writer in writers)
    assert [writer.ended() for writer in writers] == [0] * WRITERS
    read += _after(len(read))
    assert [seq for seq, _, _ in read] == list(range(1, kept + 1))
    assert kept < WRITERS * EACH * 2
    for number in range(WRITERS):
        counts = [count for _, key, count in read if key == f"door:w{number}"]
        assert counts == sorted(set(counts))


def _after(seq: int) -> list[tuple[int, str, int]]:
    """What a reader at `seq` finds; had a lower number come later, there would be a gap."""
    with scoping.acting(MACHINE):
        found = OutboxEvent.objects.filter(seq__gt=seq).order_by("seq").values_list("seq", "key", "payload")
        return [(seq, key, payload["count"]) for seq, key, payload in found]


@pytest.mark.django_db(transaction=True)
def test_event_of_a_rolled_back_transaction_takes_no_number():
    publish(knock("a", 1))
    with scoping.acting(MACHINE):
        events.publish(knock("a", 2), at=AT)
        transaction.set_rollback(True)
    publish(knock("a", 3))
    assert _after(0) == [(1, "door:a", 1), (2, "door:a", 3)]


@pytest.mark.django_db(transaction=True)
def test_event_has_no_number_before_its_commit():
    with scoping.acting(MACHINE), transaction.atomic():
        events.publish(knock("a"), at=AT)
        assert OutboxEvent.objects.get().seq is None
    assert _after(0) == [(1, "door:a", 0)]


def test_event_comes_back_as_its_own_class():
    row = OutboxEvent(name="Knock", payload={"door": "a", "count": 2, "told": ["queue"], "boundary": "us"})
    assert events.load(row) == Knock(door="a", count=2, told=["queue"], boundary="us")


@pytest.mark.django_db
def test_reading_end_is_what_the_viewer_may_see():
    with scoping.acting(MACHINE):
        OutboxEvent.objects.create(name="Knock", key="a", payload={}, at=AT, boundary="us", seq=7)
        OutboxEvent.objects.create(name="Knock", key="a", payload={}, at=AT, boundary="open", seq=5)
        ends = [readers.end()]
        with scoping.acting(scoping.PUBLIC):
            ends.append(readers.end())
        OutboxEvent.objects.all().delete()
    assert ends == [7, 5]
