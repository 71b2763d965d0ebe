import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from backstay.core import scoping
from backstay.core.live import LiveApplication, access_topic, audience
from backstay.core.models import OutboxEvent
from tests.core.outbox import knock, publish
from tests.core.streams import Server, Sessions, Stream, staff

pytestmark = pytest.mark.django_db(transaction=True)


async def other(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.fixture
def sessions() -> Sessions:
    sessions = Sessions()
    sessions.known = {"inside": staff(1, sees_us=True), "outside": staff(2), "nobody": None}
    return sessions


@pytest.fixture
def server(db: None, sessions: Sessions) -> Iterator[Server]:
    with Server(LiveApplication(sessions, other)) as server:
        yield server


def told(count: int, *topics: str, boundary: str = "open") -> None:
    publish(knock("a", count, *topics or ("queue",), boundary=boundary))


def test_stream_tells_number_name_topics_and_key_and_nothing_else(server):
    stream = server.get("outside")
    publish(knock("secret door", 1, "queue", "team:7"))
    told = {
        "event": "message",
        "id": "1",
        "n": 1,
        "name": "Knock",
        "topics": ["queue"],
        "key": "door:secret door",
    }
    assert stream.next() == told


def test_stream_is_an_event_stream_that_nothing_may_hold_back(server):
    stream = server.get("outside")
    names = ("content-type", "cache-control", "x-accel-buffering")
    assert stream.status == 200
    assert [stream.headers[name] for name in names] == ["text/event-stream", "no-cache", "no"]


def test_viewer_outside_the_boundary_gets_nothing_of_a_bound_event(server):
    inside, outside = server.get("inside"), server.get("outside")
    told(1, boundary="us")
    told(2)
    assert inside.counts(2) == [1, 2]
    assert outside.counts(1) == [2]


def test_viewer_gets_only_what_concerns_their_topics(server, sessions):
    sessions.known["contact"] = staff(3, "organisation:5", "contact:9")
    stream = server.get("contact")
    told(1, "queue", "organisation:6")
    told(2, "queue", "organisation:5")
    told(3, "contact:9", "organisation:5")
    first, second = stream.next(), stream.next()
    assert (first["n"], first["topics"]) == (2, ["organisation:5"])
    assert (second["n"], second["topics"]) == (3, ["contact:9", "organisation:5"])


@pytest.mark.parametrize("header", [True, False])
def test_returning_browser_gets_what_it_missed(server, header):
    for count in range(1, 6):
        told(count, boundary="us" if count == 4 else "open")
    returned = (
        {"session": "outside", "last_event_id": "2"}
        if header
        else {"session": "outside", "path": "/live?after=2"}
    )
    stream = server.get(**returned)
    assert stream.counts(2) == [3, 5]
    told(6)
    assert stream.counts(1) == [6]


def test_last_event_id_counts_more_than_the_address(server):
    for count in range(1, 4):
        told(count)
    assert server.get("outside", "/live?after=1", last_event_id="2").counts(1) == [3]


def test_new_stream_starts_at_the_end_and_says_where_that_is(server):
    told(1)
    stream = server.get("outside")
    told(2)
    assert stream.counts(1) == [2]
    with server.opened("outside") as again:
        told(3)
        again._lines = iter([next(again._lines) for _ in range(3)])
        assert (again.next(), again.last_id) == (None, "2")


def test_catching_up_leaves_no_gap_and_tells_nothing_twice(server):
    """Streams that break off and come back while events are published all the time."""
    total = 120
    writer = threading.Thread(target=_publish_all, args=(total,))
    writer.start()
    seen: list[int] = []
    while len(seen) < total:
        with server.opened("outside", last_event_id=str(seen[-1] if seen else 0)) as stream:
            seen += stream.counts(min(7, total - len(seen)))
    writer.join()
    assert seen == list(range(1, total + 1))


def _publish_all(total: int) -> None:
    try:
        for count in range(total):
            told(count)
    finally:
        scoping.connection.close()


def test_number_older_than_the_retention_is_a_reset(server):
    for count in range(1, 6):
        told(count)
    with scoping.acting(scoping.machine("test")):
        OutboxEvent.objects.filter(seq__lte=3).delete()
    assert server.get("outside", last_event_id="3").counts(1) == [4]
    stream = server.get("outside", last_event_id="2")
    assert stream.next() == {"event": "reset", "id": "5", "n": 5}
    told(6)
    assert stream.counts(1) == [6]


def test_number_that_was_never_given_is_a_reset(server):
    told(1)
    assert server.get("outside", last_event_id="99").next() == {"event": "reset", "id": "1", "n": 1}


def test_more_than_a_queue_takes_is_a_reset(server, monkeypatch):
    monkeypatch.setattr("backstay.core.live.hub.QUEUE_LIMIT", 3)
    for count in range(1, 6):
        told(count)
    assert server.get("outside", last_event_id="4").counts(1) == [5]  # by now it has read them all
    assert server.get("outside", last_event_id="1").next() == {"event": "reset", "id": "5", "n": 5}
    assert server.get("outside", last_event_id="2").counts(3) == [3, 4, 5]


def test_access_change_closes_the_stream_before_the_next_event(server, sessions):
    stream, witness = server.get("inside"), server.get("outside")
    told(1, boundary="us")
    assert stream.counts(1) == [1]
    sessions.known["inside"] = staff(1, sees_us=False)
    with scoping.acting(scoping.machine("test")):
        publish(
            knock("door", 2, access_topic(1)), knock("a", 3, "queue", boundary="us"), knock("a", 4, "queue")
        )
    assert stream.next() is None
    assert witness.counts(1) == [4]


def test_access_change_leaves_streams_of_others_and_unchanged_ones(server):
    stream = server.get("inside")
    told(1, access_topic(1))
    told(2, access_topic(2))
    told(3)
    assert stream.counts(1) == [3]


def test_access_that_expired_closes_the_stream_at_the_next_check(server, sessions, monkeypatch):
    monkeypatch.setattr(audience, "CHECKED_WITHIN", 1.0)
    stream, other = server.get("inside"), server.get("outside")
    del sessions.known["inside"]
    assert stream.next() is None
    told(1)
    assert other.counts(1) == [1]


def test_access_that_cannot_be_checked_closes_the_stream(server, sessions, caplog):
    stream = server.get("inside")
    sessions.broken = True
    told(1, access_topic(1))
    assert stream.next() is None
    assert server.get("inside").status == 503


@pytest.mark.parametrize(
    ("session", "path", "method", "status"),
    [
        ("", "/live", "GET", 401),
        ("unknown", "/live", "GET", 401),
        ("nobody", "/live", "GET", 403),
        ("inside", "/live", "POST", 405),
        ("inside", "/live?after=x", "GET", 400),
        ("inside", f"/live?after={'9' * 30}", "GET", 400),
    ],
)
def test_request_without_a_right_to_a_stream_is_refused(server, session, path, method, status):
    assert server.get(session, path, method).status == status


def test_other_paths_go_to_the_other_application(server):
    assert httpx.get(f"{server.url}/live/x").text == "/live/x"


def test_many_connections_of_one_session_are_checked_together(server, sessions):
    streams = [server.get("inside") for _ in range(5)]
    told(1, boundary="us")
    assert [stream.counts(1) for stream in streams] == [[1]] * 5
    before = sessions.asked
    told(2, access_topic(1))
    told(3)
    assert [stream.counts(1) for stream in streams] == [[3]] * 5
    assert sessions.asked == before + 1


def test_nothing_is_lost_when_the_connections_of_the_hub_are_cut(server, disconnect: Callable[[str], int]):
    stream = server.get("outside")
    cut = 0
    for round_ in range(3):
        cut += disconnect("backstay live")
        told(round_)
        began = time.monotonic()
        assert stream.counts(1) == [2 * round_ + 1]
        assert time.monotonic() - began < 1.5
        told(round_, "nobody's")
    assert cut >= 5  # listening and reading, three times; the reader may not have been back yet


@pytest.fixture
def silent(owner) -> Callable[[int], None]:
    """Adds an event with its number, and wakes nobody."""
    owner.execute("alter table core_outboxevent disable trigger number_in_commit_order")

    def add(number: int) -> None:
        owner.execute(
            "insert into core_outboxevent (seq, name, key, topics, payload, boundary, at) "
            "values (%s, 'Knock', 'door:a', array['queue'], '{}', 'open', now())",
            [number],
        )

    return add


def test_lost_wake_up_costs_a_poll_and_no_more(server, silent):
    stream = server.get("outside")
    silent(1)
    assert stream.counts(1) == [1]


def test_browser_from_a_process_that_was_ahead_hears_nothing_twice(server, silent):
    witness = server.get("outside")
    silent(1)
    stream = server.get("outside", last_event_id="1")
    assert witness.counts(1) == [1]
    silent(2)
    assert stream.counts(1) == [2]


def test_streams_end_when_the_server_stops(sessions):
    with Server(LiveApplication(sessions, other)) as server:
        streams: list[Stream] = [server.get("outside") for _ in range(3)]
        server.loop.call_soon_threadsafe(server._application.hub.close_streams)
        assert [stream.next() for stream in streams] == [None] * 3
        assert server.get("outside").status == 503
