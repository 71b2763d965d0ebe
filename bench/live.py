"""Idle live streams on one web process: memory of each, and how fast an event reaches those who may see it.

    python -m bench.live [--clients 10000] [--rounds 5] [--format table|json]

Half of the streams belong to staff outside the US boundary. Every round publishes an event inside it, which
none of those may get; a last one, outside of it, reaches all and shows that their streams were open. The
same readers then measure a bare event loop.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

from bench.live_clients import Group, Readers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backstay.project.settings")
django.setup()

from django.conf import settings  # noqa: E402  # Django is set up by now
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402  # as above
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402  # as above

from backstay.accounts import actions  # noqa: E402  # as above
from backstay.accounts.choices import Fact, Proof, Role  # noqa: E402  # as above
from backstay.accounts.models import Staff, Team  # noqa: E402  # as above
from backstay.cases.events import CaseOpened  # noqa: E402  # as above
from backstay.core import events, postgres, readers, scoping  # noqa: E402  # as above
from backstay.project.bootstrap import bootstrap  # noqa: E402  # as above
from backstay.project.databases import use_database  # noqa: E402  # as above

ROOT = Path(__file__).resolve().parents[1]
MACHINE = scoping.machine("bench")
SESSIONS = 4  # on either side of the boundary
PROCESSES = 2  # of readers
SETTLE = 3.0  # seconds between the events of a run
IDLE = 10.0  # seconds over which the idle server's work is measured


@dataclass(frozen=True)
class Figures:
    """Of one server. Times run from just before the commit, or the request, to the last reader's receipt."""

    streams: int
    kilobytes_each: float
    idle_cpu_percent: float
    told: int
    milliseconds_median: float
    milliseconds_worst: float
    milliseconds_all: float
    leaked: int


def main() -> None:
    parser = argparse.ArgumentParser(description="Idle live streams: memory, and time to the last reader")
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--format", choices=["table", "json"], default="table")
    options = parser.parse_args()
    with postgres.running(settings.VAR / "bench") as urls:
        use_database(urls)
        bootstrap(at=datetime.now(UTC))
        product = measure_product(urls, options.clients, options.rounds)
    bare = measure_bare(options.clients, options.rounds)
    figures = {"backstay": asdict(product), "bare_loop": asdict(bare)}
    print(json.dumps(figures) if options.format == "json" else table(product, bare))
    if product.leaked or product.told != options.clients - options.clients // 2:
        sys.exit("bound events did not reach exactly those who may see them")


def measure_product(urls: postgres.DatabaseUrls, clients: int, rounds: int) -> Figures:
    inside, outside = [sessions(eligible=eligible) for eligible in (True, False)]
    shares = _shares(inside, clients - clients // 2) | _shares(outside, clients // 2)
    port = postgres.free_port()
    command = [
        *("uvicorn", "backstay.project.asgi:application", "--host", "127.0.0.1", "--port", str(port)),
        *(
            "--loop",
            "uvloop",
            "--http",
            "httptools",
            "--ws",
            "none",
            "--no-access-log",
            "--log-level",
            "warning",
        ),
    ]
    environment = {"DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    with served(command, environment) as process:
        _wait(port)
        with scoping.acting(MACHINE):
            number = readers.end()
        return measure(process, port, shares, set(inside), [publish("us")] * rounds, publish("open"), number)


def measure_bare(clients: int, rounds: int) -> Figures:
    with served(["bench.bare_loop"], {}, said=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        _wait(port)
        tell = [ask(port)] * rounds
        return measure(process, port, {"bare": clients}, {"bare"}, tell, ask(port), 0)


Tell = Callable[[int], float]  # tells the streams of an event with that number; the instant it began


def measure(
    server: subprocess.Popen[bytes],
    port: int,
    shares: dict[str, int],
    eligible: set[str],
    rounds: list[Tell],
    last: Tell,
    number: int,
) -> Figures:
    """Connect the readers, let the server rest, tell every round's event, then one for all."""
    before = memory(server.pid)
    streams = Readers(port, shares, PROCESSES)
    time.sleep(SETTLE)
    kilobytes = (memory(server.pid) - before) / sum(shares.values())
    busy = cpu_seconds(server.pid)
    time.sleep(IDLE)
    idle = (cpu_seconds(server.pid) - busy) / IDLE * 100
    began: list[float] = []
    for offset, tell in enumerate([*rounds, last], start=1):
        began.append(tell(number + offset))
        time.sleep(SETTLE)
    groups = streams.groups()
    streams.close()
    lost = sum(group.lost for group in groups.values())
    if lost:
        sys.exit(f"{lost} streams were lost")
    took = [_last(groups, number + offset) - start for offset, start in enumerate(began, start=1)]
    bound = range(number + 1, number + 1 + len(rounds))
    told = {sum(groups[key].heard[n].streams for key in eligible) for n in bound}
    if len(told) > 1 or sum(group.heard[number + len(began)].streams for group in groups.values()) != sum(
        shares.values()
    ):
        sys.exit("an event did not reach all of those who may see it")
    return Figures(
        streams=sum(shares.values()),
        kilobytes_each=round(kilobytes, 1),
        idle_cpu_percent=round(idle, 1),
        told=told.pop(),
        milliseconds_median=round(statistics.median(took[:-1]) * 1000, 1),
        milliseconds_worst=round(max(took[:-1]) * 1000, 1),
        milliseconds_all=round(took[-1] * 1000, 1),
        leaked=sum(groups[key].heard[n].streams for key in groups if key not in eligible for n in bound),
    )


def publish(boundary: str) -> Tell:
    """An event as a new case makes it. Nobody else writes to this database, so its number is known before."""

    def tell(number: int) -> float:
        with scoping.acting(MACHINE):
            event = CaseOpened(
                boundary=boundary, case_id=number, version=1, organisation_id=None, contact_ids=[], by="bench"
            )
            events.publish(event, at=datetime.now(UTC))
            return time.monotonic()  # taken before the block's end commits

    return tell


def ask(port: int) -> Tell:
    def tell(number: int) -> float:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            began = time.monotonic()
            connection.sendall(b"GET /say?%d HTTP/1.1\r\n\r\n" % number)
            connection.recv(1)
        return began

    return tell


def sessions(*, eligible: bool) -> list[str]:
    """Signed-in members of staff, as their browsers' cookies name them."""
    return [_signed_in(eligible=eligible) for _ in range(SESSIONS)]


def _signed_in(*, eligible: bool) -> str:
    at = datetime.now(UTC)
    with scoping.acting(MACHINE):
        team = Team.objects.filter(key="bench").first() or actions.add_team(key="bench", name="Bench", tier=1)
        staff = actions.hire(
            name="Bench",
            email=f"{uuid.uuid4()}@bench.invalid",
            password=uuid.uuid4().hex,
            post=actions.Post(role=Role.AGENT, team=team),
            locale=actions.Locale(),
            by=MACHINE,
            at=at,
        )
        if eligible:
            _make_eligible(staff, at)
        session = SessionStore()
        session[SESSION_KEY] = str(staff.user_id)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = staff.user.get_session_auth_hash()
        session.create()
        return str(session.session_key)


def _make_eligible(staff: Staff, at: datetime) -> None:
    proven = actions.Proven(
        fact=Fact.US_CITIZENSHIP,
        verified_by="Bench",
        method=Proof.PASSPORT,
        attested_on=at.date(),
        expires_at=at + timedelta(days=1),
    )
    actions.attest(staff=staff, proven=proven, by=MACHINE, at=at)
    stay = actions.Stay(country="US", starts_at=at)
    actions.declare_location(staff=staff, stay=stay, by=MACHINE, at=at)


def _shares(keys: list[str], streams: int) -> dict[str, int]:
    return {key: streams // len(keys) + (index < streams % len(keys)) for index, key in enumerate(keys)}


@contextmanager
def served(
    module: list[str], environment: dict[str, str], *, said: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        env=os.environ | environment,
        cwd=ROOT,
        stdout=subprocess.PIPE if said else sys.stderr,
        preexec_fn=postgres.tied_to_parent(signal.SIGKILL),  # noqa: PLW1509  # two system calls, loaded before the fork
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def memory(pid: int) -> float:
    """Resident kilobytes."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line)
    return float(line.split()[1])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _last(groups: dict[str, Group], number: int) -> float:
    return max(group.heard[number].last for group in groups.values())


def table(product: Figures, bare: Figures) -> str:
    rows = [
        ("idle streams on one process", product.streams, bare.streams),
        ("memory of each, KB", product.kilobytes_each, bare.kilobytes_each),
        ("work while idle, % of a core", product.idle_cpu_percent, bare.idle_cpu_percent),
        ("who may see the event", product.told, bare.told),
        ("until the last of them has it, ms (median)", product.milliseconds_median, bare.milliseconds_median),
        ("  (worst)", product.milliseconds_worst, bare.milliseconds_worst),
        ("an event for everybody, ms", product.milliseconds_all, bare.milliseconds_all),
        ("who may not see it and got it", product.leaked, bare.leaked),
    ]
    lines = [f"{'':44}{'Backstay':>12}{'bare loop':>12}"]
    return "\n".join([*lines, *(f"{name:44}{ours:>12}{theirs:>12}" for name, ours, theirs in rows)])


if __name__ == "__main__":
    main()
