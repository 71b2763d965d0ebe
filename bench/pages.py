"""Pages and creations of Backstay, as two web processes serve them (ground rule 25)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from django.conf import settings

from bench.clients import FRESH, Measured, Plan, Request, measure
from bench.figures import Figure
from bench.people import WORDS, People, people
from bench.site import ROOT, VAR, fresh_database, started
from backstay.core import postgres
from backstay.project.bootstrap import bootstrap
from backstay.project.databases import let_go, use_database

DATABASE = "backstay_bench_pages"
MANY = 8
QUEUE_MS, CASE_MS = 40, 20


def figures(server: postgres.DatabaseUrls, cases: int) -> list[Figure]:
    """Load so many cases, serve them, and ask."""
    urls = fresh_database(server, DATABASE)
    asking = prepared(urls, cases)
    with served(urls) as port:
        return [*pages(port, asking, cases), *creations(port, asking)]


def prepared(urls: postgres.DatabaseUrls, cases: int) -> People:
    """A database with what ships, so many cases by COPY, and the people who ask."""
    use_database(urls)
    bootstrap(at=datetime.now(UTC))
    environment = os.environ | _environment(urls)
    command = [sys.executable, "-m", "backstay.project.cli", "bench", "load", "--cases", str(cases)]
    subprocess.run(command, env=environment, cwd=ROOT, stdout=sys.stderr, check=True)
    asking = people()
    let_go()
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return asking


@contextmanager
def served(urls: postgres.DatabaseUrls) -> Iterator[int]:
    """`backstay serve` with two web processes and the worker; its port."""
    port = postgres.free_port()
    options = ["--processes", "2", "--port", str(port), "--no-example"]
    command = [sys.executable, "-m", "backstay.project.cli", "serve", *options]
    with started(command, _environment(urls), port, VAR / "backstay.log"):
        yield port


def _environment(urls: postgres.DatabaseUrls) -> dict[str, str]:
    """Its own folder, and our key: the agent's session is signed with it."""
    return {
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "BACKSTAY_VAR": str(VAR / "pages"),
        "SECRET_KEY_FILE": str(settings.VAR / "secret_key"),
    }


def pages(port: int, asking: People, cases: int) -> list[Figure]:
    """Alone for the median, eight at once for the slow ones; a bare request through the same house beside them."""
    cookie = {"Cookie": f"sessionid={asking.session}; backstay_timezone=Europe/Bucharest"}
    queue = [Request(path="/console/", headers=cookie)]
    case = [Request(path=f"/console/cases/{number}", headers=cookie) for number in asking.cases]
    bare = _alone(port, [Request(path="/healthz")])
    found = [
        *_both(f"Queue page, 50 rows with clocks, {cases:,} cases", port, queue, QUEUE_MS),
        *_both("Case page, 20 messages", port, case, CASE_MS),
    ]
    group = "A bare request through the same server"
    return [*found, Figure(group=group, name="median, one client", value=bare.percentile(0.5), unit="ms")]


def _both(group: str, port: int, requests: list[Request], aim: float) -> list[Figure]:
    alone = _alone(port, requests)
    crowd = measure(Plan(port=port, requests=requests, clients=MANY, seconds=10))
    return [
        Figure(group=group, name="median, one client", value=alone.percentile(0.5), unit="ms", aim=aim),
        Figure(group=group, name="95th percentile, one client", value=alone.percentile(0.95), unit="ms"),
        Figure(group=group, name="median, eight clients", value=crowd.percentile(0.5), unit="ms"),
        Figure(group=group, name="95th percentile, eight clients", value=crowd.percentile(0.95), unit="ms"),
        Figure(group=group, name="pages with eight clients", value=crowd.per_second, unit="1/s", more_is_better=True),
        Figure(group=group, name="size", value=alone.bytes_each / 1024, unit="KB"),
    ]


def _alone(port: int, requests: list[Request]) -> Measured:
    return measure(Plan(port=port, requests=requests))


def creations(port: int, asking: People) -> list[Figure]:
    """Each with token, idempotency key, entitlement, clock, audit and outbox; acknowledged ones are on disk."""
    found = measure(Plan(port=port, requests=[creation(asking.token)], clients=MANY, seconds=10))
    group = "Cases created through the API, eight clients"
    return [
        Figure(group=group, name=CREATED, value=found.per_second, unit="1/s", more_is_better=True),
        Figure(group=group, name="95th percentile", value=found.percentile(0.95), unit="ms"),
    ]


CREATED = "created and acknowledged"


def creation(token: str) -> Request:
    body = {"subject": "The gateway restarts every forty minutes", "description": WORDS, "severity": "S2"}
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": FRESH,
    }
    return Request(path="/api/v1/cases", method="POST", headers=headers, body=json.dumps(body), status=201)
