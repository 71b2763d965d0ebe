"""Pages and creations of Backstay, as two web processes serve them (ground rule 25)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from backstay.core import postgres
from backstay.project.bootstrap import bootstrap
from backstay.project.databases import let_go, use_database
from bench.clients import FRESH, Plan, Request
from bench.figures import Figure
from bench.people import WORDS, People, people
from bench.site import ROOT, VAR, Site, fresh_database, settle, started

DATABASE = "backstay_bench_pages"
MANY = 8
QUEUE_MS, CASE_MS = 40, 20


@dataclass(frozen=True)
class Backstay:
    """Served with so many cases, and who asks it."""

    site: Site
    asking: People
    cases: int

    @property
    def queue(self) -> list[Request]:
        return [Request(path="/console/", headers=self._session)]

    @property
    def case_pages(self) -> list[Request]:
        paths = [f"/console/cases/{number}" for number in self.asking.cases]
        return [Request(path=path, headers=self._session) for path in paths]

    @property
    def creation(self) -> Request:
        """With token, idempotency key, entitlement, clock, audit and outbox."""
        headers = {
            "Authorization": f"Bearer {self.asking.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": FRESH,
        }
        body = {"subject": "The gateway restarts every forty minutes", "description": WORDS, "severity": "S2"}
        sent = json.dumps(body)
        return Request(path="/api/v1/cases", method="POST", headers=headers, body=sent, status=201)

    @property
    def _session(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.asking.session}"}


@contextmanager
def served(server: postgres.DatabaseUrls, cases: int) -> Iterator[Backstay]:
    """Load so many cases into a database of their own; `backstay serve` on it with two web processes."""
    urls = fresh_database(server, DATABASE)
    asking = prepared(urls, cases)
    port = postgres.free_port()
    options = ["--processes", "2", "--port", str(port), "--no-example"]
    command = [sys.executable, "-m", "backstay.project.cli", "serve", *options]
    with started(command, _environment(urls), port, VAR / "backstay.log") as site:
        yield Backstay(site, asking, cases)


def prepared(urls: postgres.DatabaseUrls, cases: int) -> People:
    """What ships, so many cases, and who asks."""
    use_database(urls)
    bootstrap(at=datetime.now(UTC))
    command = [sys.executable, "-m", "backstay.project.cli", "bench", "load", "--cases", str(cases)]
    environment = os.environ | _environment(urls)
    subprocess.run(command, env=environment, cwd=ROOT, stdout=sys.stderr, check=True)
    asking = people()
    let_go()
    settle(urls)
    return asking


def _environment(urls: postgres.DatabaseUrls) -> dict[str, str]:
    """Its own folder, and our key: the agent's session is signed with it."""
    return {
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "BACKSTAY_VAR": str(VAR / "pages"),
        "SECRET_KEY_FILE": str(settings.VAR / "secret_key"),
    }


def figures(backstay: Backstay) -> list[Figure]:
    """Alone for the median, eight at once for the slow ones, and a bare request of the same server."""
    plan = Plan(port=backstay.site.port, requests=[Request(path="/healthz")], seconds=3)
    bare, work = backstay.site.measure(plan)
    queue = f"Queue page, 50 rows with clocks, {backstay.cases:,} cases"
    group = "A bare request through the same server"
    return [
        *_page(queue, backstay, backstay.queue, QUEUE_MS),
        *_page("Case page, 20 messages", backstay, backstay.case_pages, CASE_MS),
        Figure(group=group, name="median, one client", value=bare.percentile(0.5), unit="ms"),
        Figure(group=group, name="processor time each", value=work, unit="ms"),
    ]


def _page(group: str, backstay: Backstay, requests: list[Request], aim: float) -> list[Figure]:
    port = backstay.site.port
    alone, work = backstay.site.measure(Plan(port=port, requests=requests, seconds=6))
    crowd, _ = backstay.site.measure(Plan(port=port, requests=requests, clients=MANY, seconds=8))
    return [
        Figure(group=group, name="median, one client", value=alone.percentile(0.5), unit="ms", aim=aim),
        Figure(group=group, name="95th percentile, one client", value=alone.percentile(0.95), unit="ms"),
        Figure(group=group, name="95th percentile, eight clients", value=crowd.percentile(0.95), unit="ms"),
        Figure(group=group, name="pages with eight clients", value=crowd.per_second, unit="1/s"),
        Figure(group=group, name="processor time each, database included", value=work, unit="ms"),
        Figure(group=group, name="size", value=alone.bytes_each / 1024, unit="KB"),
    ]


def creations(backstay: Backstay) -> list[Figure]:
    """What eight clients at once get acknowledged, each on disk by then."""
    plan = Plan(port=backstay.site.port, requests=[backstay.creation], clients=MANY, seconds=8)
    found, work = backstay.site.measure(plan)
    group = "Cases created through the API, eight clients"
    return [
        Figure(group=group, name="created and acknowledged", value=found.per_second, unit="1/s"),
        Figure(group=group, name="95th percentile", value=found.percentile(0.95), unit="ms"),
        Figure(group=group, name="processor time each, database included", value=work, unit="ms"),
    ]
