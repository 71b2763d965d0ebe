"""What row-level security costs: the statements of the queue page and of a search, with it and without it.

One database, one process, by turns: the owner switches the policies of every bound table off and on again,
and what the page's statements took is added up where they are run. Python's own share does not count.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg import sql

from backstay.core import postgres
from backstay.project.boundary_register import BOUND
from backstay.project.databases import let_go, use_database
from bench.figures import Figure
from bench.pages import prepared
from bench.site import fresh_database

DATABASE = "backstay_bench_boundary"
PAGES = {"Queue page": "/console/", "Search in the queue": "/console/?q=firmware"}
TURNS, WARM, COUNTED = 6, 8, 30  # a turn is both ways; of each so many requests warm up, so many count


def figures(server: postgres.DatabaseUrls, cases: int) -> list[Figure]:
    """Milliseconds in the database for each page, both ways, and their ratio."""
    urls = fresh_database(server, DATABASE)
    session = prepared(urls, cases).session
    use_database(urls)
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    spent: dict[tuple[str, bool], list[float]] = {(name, on): [] for name in PAGES for on in (True, False)}
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        for turn in range(2 * TURNS):
            is_on = turn % 2 == 0
            _switch(owner, is_on=is_on)
            for name, path in PAGES.items():
                spent[name, is_on] += [_in_database(client, path) for _ in range(WARM + COUNTED)][WARM:]
        _switch(owner, is_on=True)
    let_go()
    return [row for name in PAGES for row in _told(name, cases, spent[name, True], spent[name, False])]


def _told(name: str, cases: int, with_it: list[float], without: list[float]) -> list[Figure]:
    group = f"{name}, {cases:,} cases: its statements"
    return [
        Figure(group=group, name="with row security, median", value=median(with_it), unit="ms"),
        Figure(group=group, name="without it, median", value=median(without), unit="ms"),
        Figure(
            group=group, name="ratio of the medians", value=median(with_it) / median(without), unit="times"
        ),
    ]


def _switch(owner: psycopg.Connection[Any], *, is_on: bool) -> None:
    """Plans made the other way are made anew by PostgreSQL itself."""
    verb = sql.SQL("enable" if is_on else "disable")
    for table in BOUND:
        owner.execute(sql.SQL("alter table {} {} row level security").format(sql.Identifier(table), verb))


def _in_database(client: Client, path: str) -> float:
    """Milliseconds that the statements of one request took, from sending to having the rows."""
    with _adding_up() as taken:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return sum(taken) * 1000


@contextmanager
def _adding_up() -> Iterator[list[float]]:
    taken: list[float] = []

    def run(execute: Callable[..., Any], *statement: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            taken.append(time.perf_counter() - began)

    with connection.execute_wrapper(run):
        yield taken
