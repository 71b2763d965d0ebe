"""Organisations, contacts, contracts, devices and staff that the loaded cases belong to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

import psycopg

from backstay.project.load.copying import Rows, keys, send_all

DOMAIN = "load.example"  # by which everything loaded is recognised
IN_BLOCK = 20  # organisations of a block
CONTACTS, DEVICES = 4, 10  # of each organisation
# By its place in the block. The first is under the boundary, the last has no contract.
PLANS = ("emerald-us", *["silver"] * 8, *["gold"] * 6, *["platinum"] * 4, "")
AGENTS = 20  # the first six are eligible; every third works on level 2
ELIGIBLE = 6

CONTACTS_OF = """
    select organisation_id, id, name from accounts_contact where organisation_id = any(%s) order by 1, 2
"""
DEVICES_OF = """
    select organisation_id, id, product_id, version_id from assets_device
    where organisation_id = any(%s) order by 1, 2
"""

Connection = psycopg.Connection[Any]
Ware = tuple[int, int | None]  # a product, and its newest version


@dataclass(frozen=True)
class Agent:
    id: int
    name: str
    is_eligible: bool


@dataclass(frozen=True)
class Member:
    """An organisation as its cases need it: ids of what belongs to it. `plan` is empty without a contract."""

    id: int
    boundary: str
    region: str
    plan: str
    contract_id: int | None
    contract: str
    contacts: tuple[tuple[int, str], ...]
    devices: tuple[tuple[int, int, int | None], ...]  # device, product, version


def agents(connection: Connection, at: datetime) -> tuple[Agent, ...]:
    """The staff of the load; they cannot sign in."""
    found = _agents(connection)
    if not found:
        teams = {tier: _team(connection, tier) for tier in (1, 2)}
        for number in range(AGENTS):
            _hire(connection, number, teams[2 if number % 3 == 0 else 1], at)
        found = _agents(connection)
    return found


def _agents(connection: Connection) -> tuple[Agent, ...]:
    rows = connection.execute(
        """
        select s.id, s.name, exists (select from accounts_attestation a where a.staff_id = s.id)
        from accounts_staff s join accounts_user u on u.id = s.user_id
        where u.email like %s order by s.id
        """,
        [f"agent-%@{DOMAIN}"],
    )
    return tuple(Agent(*row) for row in rows.fetchall())


def _team(connection: Connection, tier: int) -> int:
    row = connection.execute("select id from accounts_team where tier = %s order by id", [tier]).fetchone()
    if row is None:
        row = connection.execute(
            "insert into accounts_team (key, name, tier) values (%s, %s, %s) returning id",
            [f"level-{tier}", f"Level {tier}", tier],
        ).fetchone()
    assert row is not None  # noqa: S101  # an insert that returns answers a row
    return int(row[0])


def _hire(connection: Connection, number: int, team: int, at: datetime) -> None:
    """`!` is how Django writes that there is no password."""
    connection.execute(
        """
        with someone as (
            insert into accounts_user (password, email, is_active, created_at)
            values ('!', %(email)s, false, %(at)s) returning id
        ), hired as (
            insert into accounts_staff (user_id, name, role, team_id, language, timezone, is_active)
            select id, %(name)s, 'agent', %(team)s, 'en', 'UTC', true from someone returning id
        ), attested as (
            insert into accounts_attestation
                (staff_id, fact, verified_by, method, attested_on, recorded_at, expires_at)
            select id, 'us_citizenship', 'Load', 'passport', %(at)s, %(at)s, %(at)s + interval '10 years'
            from hired where %(eligible)s
        )
        insert into accounts_worklocation (staff_id, country, starts_at)
        select id, 'US', %(at)s from hired where %(eligible)s
        """,
        {
            "email": f"agent-{number}@{DOMAIN}",
            "name": f"Load Agent {number:02}",
            "team": team,
            "eligible": number < ELIGIBLE,
            "at": at,
        },
    )


def members(
    connection: Connection, block: int, wares: list[Ware], rng: Random, at: datetime
) -> tuple[Member, ...]:
    """The organisations of a block; made unless a run that was interrupted made them."""
    found = _members(connection, block)
    if not found:
        _make(connection, block, wares, rng, at)
        found = _members(connection, block)
    return found


def _make(connection: Connection, block: int, wares: list[Ware], rng: Random, at: datetime) -> None:
    ids = keys(connection, "accounts_organisation_id_seq", IN_BLOCK)
    tables = _tables()
    for place, (key, plan) in enumerate(zip(ids, PLANS, strict=True)):
        number = block * IN_BLOCK + place
        side = "us" if plan == "emerald-us" else "open"
        region = "us" if side == "us" or place % 5 == 0 else "ro"
        zone = "America/New_York" if region == "us" else "Europe/Bucharest"
        name = f"Load organisation {number:05}"
        tables["accounts_organisation"].add(key, side, name, name.lower(), region, "en", zone)
        for person in range(CONTACTS):
            address = f"contact-{number:05}-{person}@{DOMAIN}"
            view, access = ("organisation", "full") if person == 0 else ("own", "full")
            who = f"Load Contact {number:05}-{person}"
            tables["accounts_contact"].add(side, key, None, who, address, "en", zone, view, access, True)
        for device in range(DEVICES):
            product, version = rng.choice(wares)
            serial = f"LOAD-{number:05}-{device:02}"
            day = (at - timedelta(days=rng.randint(30, 900))).date()
            tables["assets_device"].add(side, serial, key, product, version, "Load", day, day, day, None)
        if plan:
            period = f"[{(at - timedelta(days=1200)).isoformat()},{(at + timedelta(days=400)).isoformat()})"
            signed = f"LOAD-{number:05}"
            tables["entitlements_contract"].add(side, signed, key, "plan", plan, None, region, period)
    send_all(connection, tables.values())


def _tables() -> dict[str, Rows]:
    columns = {
        "accounts_organisation": "id boundary name sort_key region language timezone",
        "accounts_contact": "boundary organisation_id user_id name email language timezone case_view access"
        " is_active",
        "assets_device": "boundary serial organisation_id product_id version_id site purchased_on shipped_on"
        " delivered_on registered_on",
        "entitlements_contract": "boundary number organisation_id kind plan_key product_line_id region"
        " period",
    }
    return {table: Rows(table, tuple(names.split())) for table, names in columns.items()}


def products(connection: Connection, at: datetime) -> list[Ware]:
    """Products with their newest version: those that are sold, else two of the load's own."""
    newest = """
        select p.id, (select v.id from products_productversion v where v.product_id = p.id
                      order by v.released_on desc, v.id desc limit 1)
        from products_product p order by p.id
    """
    found = connection.execute(newest).fetchall()
    if not found:
        connection.execute(
            """
            with line as (
                insert into products_productline (key, name) values ('load', 'Load') returning id
            ), made as (
                insert into products_product (line_id, key, name, is_hardware)
                select id, 'load-' || n, 'Load product ' || n, true from line, generate_series(1, 2) n
                returning id
            )
            insert into products_productversion (product_id, name, released_on)
            select id, '1.0', %s::date from made
            """,
            [at.date()],
        )
        found = connection.execute(newest).fetchall()
    return [(int(product), version) for product, version in found]


def _members(connection: Connection, block: int) -> tuple[Member, ...]:
    first = block * IN_BLOCK
    addresses = [f"contact-{first + place:05}-0@{DOMAIN}" for place in range(IN_BLOCK)]
    rows = connection.execute(
        """
        select o.id, o.boundary, o.region, coalesce(k.plan_key, ''), k.id, coalesce(k.number, '')
        from accounts_contact c join accounts_organisation o on o.id = c.organisation_id
        left join entitlements_contract k on k.organisation_id = o.id
        where c.email = any(%s) order by c.email
        """,
        [addresses],
    ).fetchall()
    ids = [row[0] for row in rows]
    contacts = _grouped(connection.execute(CONTACTS_OF, [ids]).fetchall())
    devices = _grouped(connection.execute(DEVICES_OF, [ids]).fetchall())
    return tuple(
        Member(*row[:6], contacts=contacts[row[0]], devices=devices[row[0]])  # type: ignore[misc]  # six columns
        for row in rows
    )


def _grouped(rows: list[Any]) -> dict[int, tuple[Any, ...]]:
    return {key: tuple(row[1:] for row in group) for key, group in groupby(rows, key=lambda row: row[0])}
