"""Loads cases in blocks: each is one transaction, and an interrupted run goes on behind the last one."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from random import Random
from typing import Any

import psycopg
from django.db import connections

from backstay.core.scoping import acting, machine
from backstay.plans import queries as plans
from backstay.project.databases import OWNER
from backstay.project.load import clocks, members, texts
from backstay.project.load.blocks import SEVERITIES, Block, Keys
from backstay.project.load.clocks import Terms
from backstay.project.load.copying import keys, send_all
from backstay.project.load.members import DOMAIN, Agent, Ware

SEED = 25
BLOCK = 2000  # cases
PARALLEL = 2
BY = machine("bench load")
TOUCHED = (
    "accounts_organisation",
    "accounts_contact",
    "assets_device",
    "cases_case",
    "cases_caseclock",
    "conversations_conversation",
    "conversations_message",
    "core_auditentry",
    "entitlements_contract",
    "sla_clock",
    "sla_clockevent",
    "sla_clockmark",
)
# By block: how many cases its organisations have.
FOUND = """
    select split_part(contact.email, '-', 2)::int / %s, count(cases_case.id)
    from accounts_contact contact left join cases_case on cases_case.organisation_id = contact.organisation_id
    where contact.email like %s group by 1
"""

Tell = Callable[[str], None]
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Loaded:
    """`cases` are there now; `added` of them in this run, in `seconds`, which include the statistics."""

    cases: int
    added: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.added / self.seconds if self.seconds else 0.0


def load(*, cases: int, at: datetime, tell: Tell = lambda _: None) -> Loaded:
    """Bring the number of loaded cases up to `cases`, as of `at`.

    Two blocks at a time: the database works on one while the rows of the other are made. Raises
    plans.queries.NoCatalogue, plans.queries.UnknownPlan.
    """
    began = time.monotonic()
    at = at.replace(microsecond=0)
    found = loaded(owner())
    before = done = sum(found.values())
    shared = _shared(at)
    for added in _in_parallel(_missing(found, cases), shared):
        done += added
        rate = (done - before) / (time.monotonic() - began)
        tell(f"{done:,} of {cases:,} cases, {rate:,.0f} a second")
    if done > before:
        tell("gathering statistics")
        for table in TOUCHED:
            owner().execute(f"analyze {table}")
    return Loaded(cases=done, added=done - before, seconds=time.monotonic() - began)


@dataclass(frozen=True)
class _Part:
    """Cases of one block: `first` is the place of the first one that is missing."""

    block: int
    first: int
    count: int


@dataclass(frozen=True)
class _Shared:
    """What all blocks are made from; worked out before them, because they run in threads of their own."""

    at: datetime
    agents: tuple[Agent, ...]
    wares: list[Ware]
    terms: dict[tuple[str, str, str], Terms]
    texts: tuple[list[str], list[str]]


def _shared(at: datetime) -> _Shared:
    with acting(BY):
        versions = [plans.plan(key, at) for key in sorted(set(members.PLANS) - {""})]
        terms = {
            (version.key, region, severity): clocks.terms(version, region, severity)
            for version in versions
            for region in plans.terms(version).regions
            for severity in SEVERITIES
        }
    with owner().transaction():
        agents, wares = members.agents(owner(), at), members.products(owner(), at)
    rng = Random(SEED)  # noqa: S311  # the same texts each time
    return _Shared(at, agents, wares, terms, (texts.bodies(rng), texts.subjects()))


def _missing(found: dict[int, int], cases: int) -> Iterator[_Part]:
    """What is not there of the first blocks; whoever loaded more before keeps it."""
    left = cases - sum(found.values())
    for block in count():
        if left <= 0:
            return
        there = found.get(block, 0)
        wanted = min(BLOCK - there, left)
        if wanted > 0:
            left -= wanted
            yield _Part(block, there, wanted)


def _in_parallel(parts: Iterable[_Part], shared: _Shared) -> Iterator[int]:
    """How many cases each finished part added. Interrupted, it lets the parts in work end."""
    waiting = iter(parts)
    with ThreadPoolExecutor(PARALLEL) as pool:
        working = {pool.submit(_load, part, shared) for part in islice(waiting, PARALLEL)}
        while working:
            finished, working = wait(working, return_when=FIRST_COMPLETED)
            working |= {pool.submit(_load, part, shared) for part in islice(waiting, len(finished))}
            yield from (each.result() for each in finished)


def _load(part: _Part, shared: _Shared) -> int:
    """One transaction. The connection is this thread's own."""
    rng = Random(f"{SEED}-{part.block}-{part.first}")  # noqa: S311  # the same cases each time
    connection = owner()
    try:
        with connection.transaction():
            organisations = members.members(connection, part.block, shared.wares, rng, shared.at)
            block = Block(rng, shared.at, shared.terms, shared.agents, shared.texts)
            for number, each in enumerate(_keys(connection, part.count), part.first):
                block.add(organisations[number % members.IN_BLOCK], each)
            send_all(connection, block.rows.values())
    finally:
        connections[OWNER].close()
    return part.count


def owner() -> Connection:
    """The owner's connection, which row security does not bind."""
    wrapper = connections[OWNER]
    wrapper.ensure_connection()
    connection: Connection = wrapper.connection
    return connection


def loaded(connection: Connection) -> dict[int, int]:
    """How many cases are there from earlier runs, by block."""
    rows = connection.execute(FOUND, [members.IN_BLOCK, f"contact-%-0@{DOMAIN}"])
    return dict(rows.fetchall())


def _keys(connection: Connection, wanted: int) -> list[Keys]:
    found = (
        keys(connection, sequence, wanted)
        for sequence in (
            "cases_case_id_seq",
            "cases_number",
            "conversations_conversation_id_seq",
            "sla_clock_id_seq",
        )
    )
    return [Keys(*each) for each in zip(*found, strict=True)]
