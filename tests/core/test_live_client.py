import asyncio
import os
import signal
import socket
import time

import pytest
import uvicorn

from backstay.core.live import LiveApplication
from backstay.core.live.client import KEEP_ALIVE_SLOTS, Client
from backstay.core.live.messages import END, part
from tests.core.forked import Say
from tests.core.streams import Sessions, staff


class Wire:
    """The server's end of a stream, whose socket can be full."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.ended = False
        self.free = asyncio.Event()
        self.free.set()

    async def send(self, message) -> None:
        await self.free.wait()
        self.sent.append(message["body"])
        self.ended = not message["more_body"]


def stream(test) -> str:
    """Run `test(client, wire)` beside a request that waits for the disconnect; how the request ended."""

    async def run() -> str:
        wire = Wire()
        ready = asyncio.Event()
        made: list[Client] = []

        async def request() -> str:
            made.append(Client(wire.send))
            await made[0].flush()
            ready.set()
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                return "dropped" if made[0].dropped else "cancelled"
            return "open"

        task = asyncio.create_task(request())
        await ready.wait()
        await test(made[0], wire)
        await asyncio.sleep(0)
        if not task.done():
            task.cancel()
        return await task

    return asyncio.run(run())


def test_message_is_sent_without_a_task_while_the_client_keeps_up():
    async def test(client: Client, wire: Wire) -> None:
        tasks = len(asyncio.all_tasks())
        client.push(part(b"1"))
        client.push(part(b"2"))
        assert wire.sent == [b"1", b"2"]
        assert len(asyncio.all_tasks()) == tasks

    assert stream(test) == "cancelled"


def test_full_socket_queues_and_goes_on_in_order():
    async def test(client: Client, wire: Wire) -> None:
        wire.free.clear()
        for body in (b"1", b"2", b"3"):
            client.push(part(body))
        assert (wire.sent, client.keeps_up) == ([], False)
        wire.free.set()
        await asyncio.sleep(0.01)
        client.push(part(b"4"))
        assert (b"".join(wire.sent), client.keeps_up) == (b"1234", True)

    assert stream(test) == "cancelled"


def test_slow_client_is_dropped_when_its_queue_is_full():
    async def test(client: Client, wire: Wire) -> None:
        wire.free.clear()
        for _ in range(1001):
            client.push(part(b"x"))
        assert not client.closed
        client.push(part(b"x"))
        assert client.closed

    assert stream(test) == "dropped"


def test_close_ends_the_answer_of_a_client_that_keeps_up():
    async def test(client: Client, wire: Wire) -> None:
        client.close()
        client.push(part(b"late"))
        assert (wire.sent, wire.ended) == ([END["body"]], True)

    assert stream(test) == "cancelled"


def test_close_drops_a_client_that_does_not_keep_up():
    async def test(client: Client, wire: Wire) -> None:
        wire.free.clear()
        client.close()
        assert wire.sent == []

    assert stream(test) == "dropped"


def test_socket_that_is_gone_closes_the_client():
    async def test(client: Client, wire: Wire) -> None:
        async def gone(message) -> None:
            raise BrokenPipeError

        client._send = gone
        client.push(part(b"1"))
        assert client.closed

    assert stream(test) == "cancelled"


def test_keep_alives_are_spread_over_their_interval():
    async def slots() -> set[int]:
        return {Client(Wire().send).slot for _ in range(2000)}

    assert asyncio.run(slots()) == set(range(KEEP_ALIVE_SLOTS))


@pytest.mark.django_db(transaction=True)
def test_server_with_open_streams_stops_on_sigterm(forked):
    """A server waits for open answers before it tells the application; a stream would never end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(say: Say) -> None:
        sessions = Sessions()
        sessions.known = {"inside": staff(1)}
        config = uvicorn.Config(LiveApplication(sessions, None), log_config=None, ws="none")  # type: ignore[arg-type]  # only /live is asked
        server = uvicorn.Server(config)
        asyncio.run(_served(server, listener, say))

    process = forked(serve)
    assert process.heard() == "serving"
    with socket.create_connection(listener.getsockname()) as stream:
        stream.settimeout(5)
        stream.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\nCookie: sessionid=inside\r\n\r\n")
        received = stream.recv(100)
        assert received.startswith(b"HTTP/1.1 200 OK")
        began = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        while received:
            last, received = received, stream.recv(1000)
        assert last.endswith(b"0\r\n\r\n")
    listener.close()
    assert process.ended() in {0, -signal.SIGTERM}
    assert time.monotonic() - began < 2


async def _served(server: uvicorn.Server, listener: socket.socket, say: Say) -> None:
    asyncio.get_running_loop().call_later(0.2, say, "serving")
    await server.serve([listener])
