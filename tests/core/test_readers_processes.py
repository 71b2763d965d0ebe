import time

import pytest
from django.db import connection

from backstay.core import audit, readers, scoping
from backstay.core.models import AuditEntry, ParkedEvent
from tests.core.outbox import AT, Knock, knock, publish

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = 60
MACHINE = scoping.machine("test")


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "registered", {})


def write_down(event: Knock) -> None:
    subject = ("knock", event.count)
    audit.record("knocked", subject=subject, boundary="open", by=scoping.current(), at=AT)


def write_down_at(event: Knock, *, at) -> None:
    write_down(event)


def read_all(say) -> None:
    def handle(event: Knock, *, at) -> None:
        write_down(event)
        say(str(event.count))
        time.sleep(0.002)

    readers.register("writer", handle, Knock, start=readers.Start.BEGINNING)
    while readers.drain("writer", AT, 20):
        pass


def written() -> list[int]:
    with scoping.acting(MACHINE):
        return list(
            AuditEntry.objects.filter(kind="knocked").order_by("id").values_list("subject_id", flat=True)
        )


def test_effects_happen_once_although_readers_are_killed(registered, forked):
    publish(*(knock(f"d{count % 3}", count) for count in range(EVENTS)))
    begun = 0
    for stop_after in (7, 25, 13):
        process = forked(read_all)
        begun += len([process.heard() for _ in range(stop_after)])
        process.kill()
        assert process.ended() == -9
    last = forked(read_all)
    rest = len(list(iter(last.heard, "")))
    assert last.ended() == 0
    assert begun + rest > EVENTS  # some were begun again
    assert written() == list(range(EVENTS))


def test_several_readers_of_one_name_do_the_work_once(registered, forked):
    publish(*(knock("a", count) for count in range(EVENTS)))
    processes = [forked(read_until_all) for _ in range(3)]
    assert [process.ended() for process in processes] == [0, 0, 0]
    assert written() == list(range(EVENTS))


def read_until_all(say) -> None:
    """Another process may be reading just now, so go on until everything has been read."""
    readers.register("writer", write_down_at, Knock, start=readers.Start.BEGINNING)
    while len(written()) < EVENTS:
        readers.drain("writer", AT, 7)


def test_deferred_constraint_that_fails_at_commit_parks_its_event_alone(registered, owner):
    """The error comes after all handlers of the batch have ended well."""
    owner.execute("create table door (count int unique deferrable initially deferred)")
    owner.execute("insert into door values (2)")

    def hang(event: Knock, *, at) -> None:
        with connection.cursor() as cursor:
            cursor.execute("insert into door values (%s)", [event.count])

    readers.register("hang", hang, Knock, start=readers.Start.BEGINNING)
    publish(*(knock(f"d{count}", count) for count in range(1, 5)))
    passed = [readers.drain("hang", AT) for _ in range(4)]
    assert passed == [1, 1, 2, 0]
    with scoping.acting(MACHINE), connection.cursor() as cursor:
        assert list(ParkedEvent.objects.values_list("key", flat=True)) == ["door:d2"]
        cursor.execute("select count from door order by count")
        assert [row[0] for row in cursor.fetchall()] == [1, 2, 3, 4]


def test_connection_lost_in_a_handler_fails_the_batch_and_parks_nothing(registered, disconnect):
    lost = []

    def lose(event: Knock, *, at) -> None:
        write_down(event)
        if not lost:
            lost.append(event)
            disconnect()
            write_down(event)

    readers.register("lose", lose, Knock, start=readers.Start.BEGINNING)
    publish(knock("a", 1), knock("a", 2))
    with pytest.raises(Exception, match=r"terminat|closed"):
        readers.drain("lose", AT)
    connection.close()
    assert readers.drain("lose", AT) == 2
    assert written() == [1, 2]
