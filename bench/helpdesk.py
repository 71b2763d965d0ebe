"""The same questions to django-helpdesk on the same machine, server and run: what our figures are worth.

It lives in an environment of its own under var, on a database of its own; none of it comes into the product.
"""

import json
import os
import subprocess
import sys
import venv
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from backstay.core import postgres
from bench.clients import Plan, Request
from bench.figures import Figure
from bench.pages import MANY, Backstay
from bench.people import WORDS
from bench.site import ROOT, VAR, Site, fresh_database, settle, started

DATABASE = "backstay_bench_helpdesk"
HOME = VAR / "helpdesk-venv"
PACKAGES = [
    "django-helpdesk==2.6.1",
    "Django==5.2.*",
    "psycopg[binary,pool]",
    "uvicorn",
    "httptools",
    "uvloop",
]
TIMES_AS_MANY = 5
TURNS = 2
# What its list asks for by itself: what is not closed, by creation; the rows come in a second request.
DEFAULT_LIST = {
    "filtering": {"status__in": [1, 2]},
    "sorting": "created",
    "sortreverse": False,
    "search_string": "",
}
ROWS = b64encode(json.dumps(DEFAULT_LIST).encode()).decode() + "?draw=1&start=0&length=50"


@dataclass(frozen=True)
class Helpdesk:
    """Served with so many tickets, and what its clients need."""

    site: Site
    token: str
    session: str
    queue: int
    tickets: list[int]

    @property
    def list_requests(self) -> list[Request]:
        """Its list of 50 rows takes two: the page, and the rows."""
        paths = ("/tickets/", f"/datatables_ticket_list/{ROWS}")
        return [Request(path=path, headers=self._cookie) for path in paths]

    @property
    def ticket_pages(self) -> list[Request]:
        return [Request(path=f"/tickets/{number}/", headers=self._cookie) for number in self.tickets]

    @property
    def creation(self) -> Request:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        body = {
            "queue": self.queue,
            "title": "The gateway restarts every forty minutes",
            "description": WORDS,
            "submitter_email": "contact@bench.invalid",
            "priority": 3,
        }
        sent = json.dumps(body)
        return Request(path="/api/tickets/", method="POST", headers=headers, body=sent, status=201)

    @property
    def _cookie(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}"}


@contextmanager
def served(server: postgres.DatabaseUrls, tickets: int) -> Iterator[Helpdesk]:
    """Fill it with so many tickets, and serve it as we serve ourselves: uvicorn, two processes, a pool."""
    python = _installed()
    urls = fresh_database(server, DATABASE)
    environment = {
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk_site",
        "HELPDESK_DATABASE": urls.owner,
        "HELPDESK_MEDIA": str(VAR / "helpdesk-media"),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    command = [python, "-m", "bench.helpdesk_fill", str(tickets)]
    print(f"{tickets:,} tickets for django-helpdesk", file=sys.stderr)
    filled = os.environ | environment
    done = subprocess.run(command, env=filled, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    settle(urls)
    port = postgres.free_port()
    serving = [str(python), "-m", "uvicorn", "django.core.asgi:get_asgi_application", "--factory"]
    serving += ["--port", str(port), "--workers", "2"]
    serving += ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    with started(serving, environment, port, VAR / "helpdesk.log") as site:
        yield Helpdesk(site, **json.loads(done.stdout))


def _installed() -> Path:
    """Its Python, made on the first run. Needs the package index then."""
    python, marker = HOME / "bin" / "python", HOME / "packages"
    wanted = "\n".join(PACKAGES)
    if not marker.exists() or marker.read_text() != wanted:
        print("installing django-helpdesk into an environment of its own", file=sys.stderr)
        venv.create(HOME, with_pip=True, clear=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(command, check=True, stdout=sys.stderr)
        marker.write_text(wanted)
    return python


def compared(ours: Backstay, theirs: Helpdesk) -> list[Figure]:
    """Both in turns, so that a noisy minute hits both; how many times faster we are."""
    created = _in_turns(
        lambda: _per_second(ours.site, ours.creation), lambda: _per_second(theirs.site, theirs.creation)
    )
    listed = _in_turns(
        lambda: _median(ours.site, ours.queue),
        lambda: sum(_median(theirs.site, [each]) for each in theirs.list_requests),
    )
    opened = _in_turns(
        lambda: _median(ours.site, ours.case_pages), lambda: _median(theirs.site, theirs.ticket_pages)
    )
    group = "Against django-helpdesk in the same run"
    made = Figure(
        group=group,
        name="cases created, times as many",
        value=created[0] / created[1],
        unit="x",
        aim=TIMES_AS_MANY,
        more_is_better=True,
    )
    return [
        made,
        Figure(group=group, name="  ours, eight clients", value=created[0], unit="1/s"),
        Figure(group=group, name="  theirs, eight clients", value=created[1], unit="1/s"),
        Figure(group=group, name="list of 50 rows, times as fast", value=listed[1] / listed[0], unit="x"),
        Figure(group=group, name="  theirs, one client", value=listed[1], unit="ms"),
        Figure(group=group, name="20 messages, times as fast", value=opened[1] / opened[0], unit="x"),
        Figure(group=group, name="  theirs, one client", value=opened[1], unit="ms"),
    ]


def _in_turns(*sides: Callable[[], float]) -> list[float]:
    found = [[side() for side in sides] for _ in range(TURNS)]
    return [mean(each) for each in zip(*found, strict=True)]


def _per_second(site: Site, creation: Request) -> float:
    return site.measure(Plan(port=site.port, requests=[creation], clients=MANY))[0].per_second


def _median(site: Site, requests: list[Request]) -> float:
    return site.measure(Plan(port=site.port, requests=requests, warm_s=1, seconds=3))[0].percentile(0.5)
