"""Clients that ask a server over kept connections, each in a process of its own: when each answer came.

Run as a program: a plan as JSON on standard input, what was measured as JSON on standard output. It imports
nothing of the product, so that the clients take as little as possible of the machine that they measure.
"""

import json
import multiprocessing
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

TIMEOUT = 60
FRESH = "{fresh}"  # in a header: another value for every request


@dataclass(frozen=True, kw_only=True)
class Request:
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200

    def encoded(self, host: str) -> bytes:
        body = self.body.encode()
        headers = {"Host": host, "Content-Length": str(len(body)), **self.headers}
        lines = (f"{name}: {value}" for name, value in headers.items())
        return "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines, "", ""]).encode() + body


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every client asks one request after the other, round and round, first to warm up, then counted."""

    port: int
    requests: list[Request]
    clients: int = 1
    warm_s: float = 2.0
    seconds: float = 6.0


@dataclass(frozen=True)
class Measured:
    """Answers within the counted time, each with its milliseconds, the shortest first.

    `asked` is how many there were with the warming up.
    """

    seconds: float
    milliseconds: list[float]
    bytes_each: float
    asked: int

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    def percentile(self, share: float) -> float:
        return self.milliseconds[min(len(self.milliseconds) - 1, int(len(self.milliseconds) * share))]


def measure(plan: Plan) -> Measured:
    """Run a plan in a process of its own. Ends the benchmark when an answer is not what was expected."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.clients"],
        input=json.dumps(asdict(plan)),
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"the clients of {plan.requests[0].path} failed")
    return Measured(**json.loads(done.stdout))


class Client:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes, status: int) -> int:
        """Send, and read the whole answer; its length."""
        if FRESH.encode() in request:
            request = request.replace(FRESH.encode(), uuid.uuid4().hex.encode())
        self._socket.sendall(request)
        answer = self._socket.recv(262144)
        while b"\r\n\r\n" not in answer:
            answer += self._more(answer)
        head, _, rest = answer.partition(b"\r\n\r\n")
        if int(head[9:12]) != status:
            raise SystemExit(f"{request[:80]!r} was answered {head[:300]!r} {rest[:500]!r}")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        missing = length - len(rest)
        while missing > 0:
            missing -= len(self._more(answer))
        return length

    def _more(self, so_far: bytes) -> bytes:
        data = self._socket.recv(262144)
        if not data:
            raise SystemExit(f"the server closed after {so_far[:300]!r}")
        return data


def run(plan: dict[str, Any], offset: int, results: Connection) -> None:
    """One client: how often it asked, and (milliseconds, bytes) of each counted answer."""
    client = Client(plan["port"])
    host = f"127.0.0.1:{plan['port']}"
    requests = [Request(**each) for each in plan["requests"]]
    ready = [(each.encoded(host), each.status) for each in requests]
    turn, found = offset, []
    counted_from = time.monotonic() + plan["warm_s"]
    until = counted_from + plan["seconds"]
    while (began := time.monotonic()) < until:
        length = client.ask(*ready[turn % len(ready)])
        turn += 1
        ended = time.monotonic()
        if counted_from <= began and ended <= until:
            found.append(((ended - began) * 1000, length))
    results.send((turn - offset, found))


def main() -> None:
    plan = json.load(sys.stdin)
    context = multiprocessing.get_context("fork")
    clients = []
    for index in range(plan["clients"]):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=run, args=(plan, index * 7, sender))
        process.start()
        sender.close()
        clients.append((process, receiver))
    asked, found = 0, []
    for process, receiver in clients:
        try:
            turns, counted = receiver.recv()
        except EOFError:
            sys.exit(1)
        process.join()
        asked += turns
        found += counted
    if not found:
        sys.exit("no answer came within the counted time")
    print(
        json.dumps(
            {
                "seconds": plan["seconds"],
                "milliseconds": sorted(each for each, _ in found),
                "bytes_each": sum(length for _, length in found) / len(found),
                "asked": asked,
            }
        )
    )


if __name__ == "__main__":
    main()
