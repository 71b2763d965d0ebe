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
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from backstay.core import postgres
from bench.clients import Plan, Request
from bench.figures import Figure
from bench.pages import MANY, Backstay
from bench.people import WORDS
from bench.sink import Sink, sink
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
GROUP = "Against django-helpdesk in the same run"
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
    """Served with so many tickets, and what its clients need.

    `site` is tuned as ours is; `plain` has connections and mail as its documentation has them, into `mail`.
    """

    site: Site
    plain: Site
    mail: Sink
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
    with ExitStack() as stack:
        mail = stack.enter_context(sink())
        site = stack.enter_context(_serving(python, environment, "helpdesk.log"))
        plainly = environment | {"HELPDESK_MAIL": str(mail.port)}
        plain = stack.enter_context(_serving(python, plainly, "helpdesk-plain.log"))
        yield Helpdesk(site, plain, mail, **json.loads(done.stdout))


def _serving(python: Path, environment: dict[str, str], log: str) -> AbstractContextManager[Site]:
    port = postgres.free_port()
    command = [str(python), "-m", "uvicorn", "django.core.asgi:get_asgi_application", "--factory"]
    command += ["--port", str(port), "--workers", "2"]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    return started(command, environment, port, VAR / log)


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
        lambda: _created(ours.site, ours.creation), lambda: _created(theirs.site, theirs.creation)
    )
    plain = _created(theirs.plain, theirs.creation)
    assert theirs.mail.mails > 0, "a creation was to send mail"
    listed = _in_turns(
        lambda: _looked_at(ours.site, ours.queue),
        lambda: sum(_looked_at(theirs.site, [each]) for each in theirs.list_requests),
    )
    opened = _in_turns(
        lambda: _looked_at(ours.site, ours.case_pages),
        lambda: _looked_at(theirs.site, theirs.ticket_pages),
    )
    return [
        Figure(
            group=GROUP,
            name="cases created, times as many",
            value=created.ours / created.theirs,
            unit="x",
            aim=TIMES_AS_MANY,
            more_is_better=True,
        ),
        Figure(group=GROUP, name="  ours, eight clients", value=created.ours, unit="1/s"),
        Figure(
            group=GROUP,
            name="  theirs, with a pool, no mail sent",
            value=created.theirs,
            unit="1/s",
        ),
        Figure(group=GROUP, name="  theirs, as documented, mail sent", value=plain, unit="1/s"),
        Figure(group=GROUP, name="50 rows, times as fast", value=listed.theirs / listed.ours, unit="x"),
        Figure(group=GROUP, name="  ours, one client", value=listed.ours, unit="ms"),
        Figure(group=GROUP, name="  theirs, one client", value=listed.theirs, unit="ms"),
        Figure(group=GROUP, name="20 messages, times as fast", value=opened.theirs / opened.ours, unit="x"),
        Figure(group=GROUP, name="  ours, one client", value=opened.ours, unit="ms"),
        Figure(group=GROUP, name="  theirs, one client", value=opened.theirs, unit="ms"),
    ]


class _Both(NamedTuple):
    ours: float
    theirs: float


def _in_turns(ours: Callable[[], float], theirs: Callable[[], float]) -> _Both:
    found = [(ours(), theirs()) for _ in range(TURNS)]
    return _Both(*(mean(each) for each in zip(*found, strict=True)))


def _created(site: Site, creation: Request) -> float:
    """How many a second, by eight clients."""
    return site.measure(Plan(port=site.port, requests=[creation], clients=MANY))[0].per_second


def _looked_at(site: Site, requests: list[Request]) -> float:
    """The median in milliseconds, by one client."""
    return site.measure(Plan(port=site.port, requests=requests, warm_s=1, seconds=3))[0].percentile(0.5)
