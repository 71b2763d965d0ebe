"""Thousands of raw event stream readers in a process of their own: who got which event, and when."""

import asyncio
import multiprocessing
import re
import resource
import time
from collections import defaultdict
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import uvloop

NUMBER = re.compile(rb'"n":(\d+)')
CONNECTING_AT_ONCE = 100
# What a browser sends, since the server keeps it as long as the stream is open.
REQUEST = """\
GET /live HTTP/1.1
Host: 127.0.0.1:{port}
Connection: keep-alive
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36
Accept: text/event-stream
Cache-Control: no-cache
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: cors
Sec-Fetch-Dest: empty
Referer: http://127.0.0.1:{port}/console/queue
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-GB,en;q=0.9,ro;q=0.8
Cookie: csrftoken=Ldn3aYkG7kU0qJv2pGf8mM1Zq9yB4xSe; backstay_timezone=Europe/Bucharest; sessionid={session}

""".replace("\n", "\r\n")


@dataclass
class Heard:
    """Of one event: how many streams of a group got it, and the monotonic time of the last."""

    streams: int = 0
    last: float = 0.0


@dataclass
class Group:
    """Streams of one kind. `heard` is by the event's number."""

    session: str
    streams: int
    opened: int = 0
    lost: int = 0
    heard: dict[int, Heard] = field(default_factory=lambda: defaultdict(Heard))


class Stream(asyncio.Protocol):
    def __init__(self, group: Group, request: bytes, opened: asyncio.Future[None]) -> None:
        self.group = group
        self.request = request
        self.opened = opened

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives no other
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            if not data.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"no stream: {data[:200]!r}")
            self.group.opened += 1
            self.opened.set_result(None)
        for number in NUMBER.findall(data):
            heard = self.group.heard[int(number)]
            heard.streams += 1
            heard.last = time.monotonic()

    def connection_lost(self, exc: Exception | None) -> None:
        self.group.lost += 1
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionResetError("closed before the stream began"))


async def _connect(port: int, group: Group, slots: asyncio.Semaphore) -> None:
    loop = asyncio.get_running_loop()
    request = REQUEST.format(port=port, session=group.session).encode()
    async with slots:
        opened = loop.create_future()
        await loop.create_connection(lambda: Stream(group, request, opened), "127.0.0.1", port)
        await asyncio.wait_for(opened, 60)


async def _run(port: int, groups: list[Group], pipe: Connection) -> None:
    slots = asyncio.Semaphore(CONNECTING_AT_ONCE)
    await asyncio.gather(*(_connect(port, group, slots) for group in groups for _ in range(group.streams)))
    pipe.send("connected")
    asked = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), asked.set)
    while True:
        await asked.wait()
        asked.clear()
        if pipe.poll() and pipe.recv() == "end":
            return
        pipe.send([(group.session, group.opened, group.lost, dict(group.heard)) for group in groups])


def _main(port: int, groups: list[Group], pipe: Connection) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_run(port, groups, pipe))


class Readers:
    """Processes of readers, connected when this is made. Ask `heard` as often as wanted."""

    def __init__(self, port: int, shares: dict[str, int], processes: int) -> None:
        """`shares`: how many streams each session opens."""
        context = multiprocessing.get_context("spawn")
        self._processes = []
        self._pipes: list[Connection] = []
        for index in range(processes):
            here, there = context.Pipe()
            groups = [
                Group(session, count // processes + (index < count % processes))
                for session, count in shares.items()
            ]
            process = context.Process(target=_main, args=(port, groups, there), daemon=True)
            process.start()
            there.close()
            self._processes.append(process)
            self._pipes.append(here)
        for pipe in self._pipes:
            if pipe.recv() != "connected":
                raise RuntimeError("the readers did not connect")

    def groups(self) -> dict[str, Group]:
        """What the streams of each session have heard by now, all processes together."""
        found: dict[str, Group] = {}
        for pipe in self._pipes:
            pipe.send("report")
            for session, opened, lost, heard in pipe.recv():
                group = found.setdefault(session, Group(session, 0))
                group.opened += opened
                group.lost += lost
                for number, one in heard.items():
                    kept = group.heard[number]
                    kept.streams += one.streams
                    kept.last = max(kept.last, one.last)
        return found

    def close(self) -> None:
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            pipe.send("end")
            process.join(20)
            pipe.close()
