"""The same questions to django-helpdesk on the same machine, server and run: what our figures are worth.

It lives in an environment of its own under var, on a database of its own; none of it comes into the product.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.clients import Measured, Plan, Request, measure
from bench.figures import Figure
from bench.people import WORDS
from bench.site import ROOT, VAR, fresh_database, started
from backstay.core import postgres

DATABASE = "backstay_bench_helpdesk"
HOME = VAR / "helpdesk-venv"
PACKAGES = ["django-helpdesk==2.6.1", "Django==5.2.*", "psycopg[binary,pool]", "uvicorn", "httptools", "uvloop"]
MANY = 8
# What its list asks for by itself: what is not closed, by creation; then its rows in a second request.
DEFAULT_LIST = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": False, "search_string": ""}
ROWS = b64encode(json.dumps(DEFAULT_LIST).encode()).decode() + "?draw=1&start=0&length=50"


@dataclass(frozen=True)
class Helpdesk:
    """What was measured of it."""

    created: Measured
    list_ms: float
    ticket_ms: float
    tickets: int


def installed() -> Path:
    """Its Python, made on the first run. Needs the package index then."""
    python = HOME / "bin" / "python"
    marker = HOME / "packages"
    wanted = "\n".join(PACKAGES)
    if not marker.exists() or marker.read_text() != wanted:
        print("installing django-helpdesk into an environment of its own", file=sys.stderr)
        venv.create(HOME, with_pip=True, clear=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(command, check=True, stdout=sys.stderr)
        marker.write_text(wanted)
    return python


def measured(server: postgres.DatabaseUrls, tickets: int) -> Helpdesk:
    """Fill it with so many tickets, serve it with two processes, and ask."""
    python = installed()
    urls = fresh_database(server, DATABASE)
    environment = {
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk_site",
        "HELPDESK_DATABASE": urls.owner,
        "HELPDESK_MEDIA": str(VAR / "helpdesk-media"),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    command = [python, "-m", "bench.helpdesk_fill", str(tickets)]
    done = subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    given = json.loads(done.stdout)
    with _served(python, environment) as port:
        return _asked(port, given, tickets)


@contextmanager
def _served(python: Path, environment: dict[str, str]) -> Iterator[int]:
    port = postgres.free_port()
    options = ["--port", str(port), "--workers", "2", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    command = [str(python), "-m", "uvicorn", "django.core.asgi:get_asgi_application", "--factory", *options]
    with started(command, environment, port, VAR / "helpdesk.log"):
        yield port


def _asked(port: int, given: dict[str, object], tickets: int) -> Helpdesk:
    cookie = {"Cookie": f"sessionid={given['session']}"}
    creation = Request(
        path="/api/tickets/",
        method="POST",
        headers={"Authorization": f"Token {given['token']}", "Content-Type": "application/json"},
        body=json.dumps(
            {
                "queue": given["queue"],
                "title": "The gateway restarts every forty minutes",
                "description": WORDS,
                "submitter_email": "contact@bench.invalid",
                "priority": 3,
            }
        ),
        status=201,
    )
    around = Request(path="/tickets/", headers=cookie)
    rows = Request(path=f"/datatables_ticket_list/{ROWS}", headers=cookie)
    numbers = given["tickets"]
    assert isinstance(numbers, list)
    pages = [Request(path=f"/tickets/{number}/", headers=cookie) for number in numbers]
    return Helpdesk(
        list_ms=sum(measure(Plan(port=port, requests=[each])).percentile(0.5) for each in (around, rows)),
        ticket_ms=measure(Plan(port=port, requests=pages)).percentile(0.5),
        created=measure(Plan(port=port, requests=[creation], clients=MANY, seconds=10)),
        tickets=tickets,
    )
