"""Loads cases in blocks: each is one transaction, and an interrupted run goes on behind the last one."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import psycopg
from django.db import connections

from backstay.core.scoping import acting, machine
from backstay.plans import queries as plans
from backstay.plans.models import PlanVersion
from backstay.project.databases import OWNER
from backstay.project.load import members, texts
from backstay.project.load.blocks import Block, Keys
from backstay.project.load.copying import keys, send_all
from backstay.project.load.members import DOMAIN

SEED = 25
BLOCK = 2000  # cases
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
COUNT = """
    select count(*) from cases_case where organisation_id in (
        select organisation_id from accounts_contact where email like %s
    )
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

    Raises plans.queries.NoCatalogue, plans.queries.UnknownPlan.
    """
    began = time.monotonic()
    connection = owner()
    at = at.replace(microsecond=0)
    found = before = loaded(connection)
    with acting(BY):
        promised = {key: plans.plan(key, at) for key in set(members.PLANS) - {""}}
        bodies = (texts.bodies(Random(SEED)), texts.subjects())  # noqa: S311  # the same texts each time
        while found < cases:
            count = min(BLOCK - found % BLOCK, cases - found)
            _load_block(connection, found, count, at, promised, bodies)
            found += count
            rate = (found - before) / (time.monotonic() - began)
            tell(f"{found:,} of {cases:,} cases, {rate:,.0f} a second")
    if found > before:
        tell("gathering statistics")
        for table in TOUCHED:
            connection.execute(f"analyze {table}")
    return Loaded(cases=found, added=found - before, seconds=time.monotonic() - began)


def owner() -> Connection:
    """The owner's connection, which row security does not bind."""
    wrapper = connections[OWNER]
    wrapper.ensure_connection()
    connection: Connection = wrapper.connection
    return connection


def loaded(connection: Connection) -> int:
    """How many cases are there from earlier runs."""
    row = connection.execute(COUNT, [f"%@{DOMAIN}"]).fetchone()
    return int(row[0]) if row else 0


def _load_block(
    connection: Connection,
    first: int,
    count: int,
    at: datetime,
    promised: dict[str, PlanVersion],
    bodies: tuple[list[str], list[str]],
) -> None:
    rng = Random(f"{SEED}-{first}")  # noqa: S311  # the same cases each time
    with connection.transaction():
        agents = members.agents(connection, at)
        organisations = members.members(connection, first // BLOCK, rng, at)
        block = Block(rng, at, promised, agents, bodies)
        for number, each in enumerate(_keys(connection, count), first):
            block.add(organisations[number % members.IN_BLOCK], each)
        send_all(connection, block.rows.values())


def _keys(connection: Connection, count: int) -> list[Keys]:
    found = (
        keys(connection, sequence, count)
        for sequence in (
            "cases_case_id_seq",
            "cases_number",
            "conversations_conversation_id_seq",
            "sla_clock_id_seq",
        )
    )
    return [Keys(*each) for each in zip(*found, strict=True)]
