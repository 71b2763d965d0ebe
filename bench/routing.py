"""Who gets a case: one decision among 200 agents with 10,000 open cases, as the application role."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

import psycopg

from backstay.accounts import actions as accounts
from backstay.accounts.actions import Locale, Post
from backstay.accounts.choices import Role
from backstay.accounts.models import Staff
from backstay.cases.models import Case
from backstay.core import postgres, scoping
from backstay.products import actions as products
from backstay.products.models import Product
from backstay.project.bootstrap import bootstrap
from backstay.project.databases import let_go, use_database
from backstay.routing import actions, queries
from backstay.routing.choices import Declared, SkillKind
from backstay.routing.models import Availability
from bench.figures import Figure
from bench.site import fresh_database, settle
from businesstime import Window

DATABASE = "backstay_bench_routing"
AGENTS, OPEN, CLOSED, ORGANISATIONS = 200, 10_000, 40_000, 500
WAITING = 500  # of the open cases nobody has these
DECISIONS, ROUTES = 400, 200
AIM_MS = 20
BY = scoping.machine("bench")
AT = datetime.now(UTC).replace(microsecond=0)
OFFICE = ((Window.parse("00:00", "24:00"),),) * 7
# Straight into the tables: what is measured reads them and nothing else. Every fifth organisation is bound.
FILL = """
insert into accounts_organisation (boundary, name, sort_key, region, language, timezone)
    select case when n %% 5 = 0 then 'us' else 'open' end, 'Bench ' || n, 'bench ' || n, 'ro',
        case when n %% 2 = 0 then 'en' else 'ro' end, 'UTC' from generate_series(1, %(organisations)s) n;
create temporary table bench_organisation as
    select id, boundary, row_number() over (order by id) - 1 as place from accounts_organisation;
create temporary table bench_agent as
    select id, row_number() over (order by id) - 1 as place from accounts_staff;
create temporary table bench_case as
    select n, o.id as organisation_id, o.boundary, n <= %(open)s as is_open,
        nextval('conversations_conversation_id_seq') as conversation_id, nextval('cases_number') as number,
        case when n %% %(every)s = 0 and n <= %(open)s then null else a.id end as agent
    from generate_series(1, %(open)s + %(closed)s) n
    join bench_organisation o on o.place = n %% %(organisations)s
    join bench_agent a on a.place = n %% %(agents)s;
insert into conversations_conversation (id, boundary, channel, organisation_id, started_at)
    select conversation_id, boundary, 'portal', organisation_id, %(at)s from bench_case;
insert into cases_case (boundary, number, subject, organisation_id, conversation_id, product_id, severity,
        state, queue, assignee_id, channel, opened_at, recorded_at, updated_at, closed_at, next_due_at,
        version, region, no_promise)
    select boundary, number, 'The gateway restarts ' || n, organisation_id, conversation_id, %(product)s,
        'S2',
        case when is_open then 'in_progress' else 'closed' end,
        case when n %% 3 = 0 then 'tier_2' else 'tier_1' end, agent, 'portal', %(at)s, %(at)s,
        %(at)s - make_interval(mins => n), case when is_open then null else %(at)s end,
        case when is_open then %(at)s + make_interval(mins => n) end, 1, '', 'no_contract' from bench_case;
insert into conversations_message (boundary, conversation_id, visibility, author_kind, author_staff_id,
        author_name, body, sent_at, recorded_at)
    select boundary, conversation_id, 'public', 'staff', agent, 'Agent', 'We look into it.',
        %(at)s - make_interval(mins => n, secs => k), %(at)s
    from bench_case, generate_series(1, 4) k where agent is not null;
"""


def figures(server: postgres.DatabaseUrls) -> list[Figure]:
    """Decisions alone, then with lock and assignment, one at a time."""
    urls = fresh_database(server, DATABASE)
    use_database(urls)
    bootstrap(at=AT)
    with scoping.acting(BY):
        product = _desk()
    _fill(urls, product)
    let_go()
    settle(urls)
    group = f"Routing, {AGENTS} agents and {OPEN:,} open cases"
    with scoping.acting(BY):
        waiting = list(queries.waiting()[: DECISIONS + ROUTES])
    decided = _timed(waiting[:DECISIONS], lambda case: queries.decide(case, at=AT))
    routed = _timed(waiting[-ROUTES:], lambda case: actions.route(case_id=case.pk, by=BY, at=AT))
    let_go()
    return [
        Figure(group=group, name="decision, median", value=median(decided), unit="ms"),
        Figure(group=group, name="decision, 95th percentile", value=_slow(decided), unit="ms", aim=AIM_MS),
        Figure(group=group, name="decided, assigned and on disk, median", value=median(routed), unit="ms"),
        Figure(
            group=group, name="decided, assigned and on disk, 95th percentile", value=_slow(routed), unit="ms"
        ),
    ]


def _desk() -> Product:
    """Everybody on a shift round the clock, available, with skills and room for some more."""
    teams = [accounts.add_team(key=f"level-{tier}", name=f"Level {tier}", tier=tier) for tier in (1, 2)]
    line = products.add_line(key="gateways", name="Gateways")
    product = products.add_product(line=line, key="gateway", name="Gateway", is_hardware=True)
    skill = actions.put_skill(kind=SkillKind.PRODUCT, key="gateway", label="Gateway", by=BY)
    english = actions.put_skill(kind=SkillKind.LANGUAGE, key="en", label="English", by=BY)
    week = actions.Week(zone="Europe/Bucharest", days=OFFICE, country="")
    pattern = actions.put_pattern(key="always", name="Always", week=week, by=BY, at=AT)
    for number in range(AGENTS):
        staff = _hired(number, teams[number % 2])
        since = AT.date() - timedelta(days=30)
        actions.set_shift(staff_id=staff.pk, pattern=pattern, since=since, until=None, by=BY, at=AT)
        actions.set_skill(staff_id=staff.pk, skill=skill, level=1 + number % 5, by=BY, at=AT)
        actions.set_skill(staff_id=staff.pk, skill=english, level=4, by=BY, at=AT)
        actions.set_capacity(staff_id=staff.pk, limit=60, by=BY, at=AT)
        Availability.objects.create(staff=staff, state=Declared.AVAILABLE, since=AT, heartbeat_at=AT)
    return product


def _hired(number: int, team: object) -> Staff:
    return accounts.hire(
        name=f"Bench Agent {number:03}",
        email=f"agent-{number}@bench.invalid",
        password=None,
        post=Post(role=Role.AGENT, team=team),
        locale=Locale(language="ro" if number % 2 else "en"),
        by=BY,
        at=AT,
    )


def _fill(urls: postgres.DatabaseUrls, product: Product) -> None:
    values = {
        "organisations": ORGANISATIONS,
        "open": OPEN,
        "closed": CLOSED,
        "agents": AGENTS,
        "every": OPEN // (DECISIONS + ROUTES + WAITING),
        "product": product.pk,
        "at": AT,
    }
    with psycopg.connect(urls.owner, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILL, values)


def _timed(found: list[Case], work: Callable[[Case], object]) -> list[float]:
    """Milliseconds of each, in a transaction of its own; the first ones warm up and are left out."""
    spent = []
    for case in found:
        began = time.perf_counter()
        with scoping.acting(BY):
            work(case)
        spent.append((time.perf_counter() - began) * 1000)
    return spent[len(spent) // 10 :]


def _slow(spent: list[float]) -> float:
    return quantiles(spent, n=20)[-1]
