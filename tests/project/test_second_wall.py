"""The code forgets the boundary altogether, and the database alone shows nobody outside what is bound.

Every flag that the code goes by says "inside", whoever looks; every filter of cases lets everything through.
Only what the database is told of the viewer stays true. What somebody outside is answered is then compared,
page by page and letter by letter, with what they were answered before there was anything bound at all.
"""

import re
from collections.abc import Iterator

import pytest

from backstay.accounts import queries as accounts
from backstay.accounts.models import Organisation
from backstay.cases import queries as cases
from backstay.cases import rules
from backstay.cases.models import Case, Incident
from backstay.core.scoping import Boundary, Viewer
from tests.project.url_table import ROWS
from tests.project.url_table.accounts import ACCOUNTS
from tests.project.url_world import World, one_world

OUTSIDE = ("administrator", "other_contact", "partner")
PAGES = [row for row in ROWS if row.method == "GET" and row not in ACCOUNTS]
# The console's pages have no answer for customers that could differ: they are refused at its door.
PORTAL = [row for row in PAGES if not row.route.startswith("console/")]
READ = {"administrator": PAGES, "other_contact": PORTAL, "partner": PORTAL, "eligible": PAGES}
TRIED = [row for row in ROWS if row.method != "GET" and "bound" in f"{row.path} {row.data}"]
# What differs between two answers to the same question: one-time tokens, their length in bytes with what was
# asked for, and the number of the newest event.
ONCE = re.compile(
    r"\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|'Content-Length': '\d+'|live-after=\"\d*\""
)
NOWHERE = 999_999_999  # the number of a thing that is not there
BOUND_NAMES = sorted({name for row in ROWS for name in re.findall(r"{(bound\w*)}", f"{row.path} {row.data}")})
INSIDE = Viewer.__dict__["sees_us"]


def told_truly(viewer: Viewer) -> str:
    """The viewer's context, by what is so and not by what the flag says."""
    widest = Boundary.US if INSIDE.__get__(viewer) else Boundary.OPEN
    return f"{widest}:{viewer.kind}:{viewer.name if viewer.is_machine else viewer.id}"


@pytest.fixture(scope="module")
def no_first_wall() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Viewer, "context", property(told_truly))
        patch.setattr(Viewer, "sees_us", property(lambda _viewer: True, INSIDE.__set__))
        patch.setattr(Viewer, "sees", lambda _viewer, _boundary: True)
        patch.setattr(cases, "visible_to", lambda _viewer: Case.objects.all())
        patch.setattr(cases, "visible", Case.objects.all)
        patch.setattr(cases, "incidents", Incident.objects.all)
        patch.setattr(cases, "takes_part", lambda _viewer, _case: True)
        patch.setattr(rules, "may_read", lambda _viewer, _case, takes_part: True)
        patch.setattr(accounts, "organisations", lambda: Organisation.objects.order_by("sort_key", "id"))
        yield


@pytest.fixture(scope="module")
def before_and_after(django_db_setup, django_db_blocker, no_first_wall) -> Iterator[tuple[World, dict, dict]]:
    with one_world(django_db_blocker, bound=False) as world, pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: world.cast.at)
        world.names = dict.fromkeys(BOUND_NAMES, NOWHERE) | world.names
        came = {role: (world.client(role), world.token(role)) for role in (*OUTSIDE, "eligible")}
        before = {role: {row: world.ask(*came[role], row) for row in READ[role]} for role in OUTSIDE}
        world.bind()
        after = {role: {row: world.ask(*came[role], row) for row in READ[role] + TRIED} for role in came}
        yield world, before, after


def letters(world: World, row, asked) -> str:
    """The answer without what is made up anew each time, and without the address that was asked for."""
    text = ONCE.sub("", asked.text)
    for name in re.findall(r"{(\w+)}", row.path):
        text = text.replace(str(world.names[name]), "") if name.startswith("bound") else text
    return text.replace(str(NOWHERE), "")


@pytest.mark.parametrize("role", OUTSIDE)
def test_database_alone_shows_nobody_outside_that_anything_is_bound(before_and_after, role):
    world, before, after = before_and_after
    leaks = {str(row): world.leaked(asked, row) for row, asked in after[role].items()}
    assert {row: found for row, found in leaks.items() if found} == {}
    changed = [
        str(row)
        for row in READ[role]
        if letters(world, row, before[role][row]) != letters(world, row, after[role][row])
    ]
    assert changed == []


@pytest.mark.parametrize("role", OUTSIDE)
def test_database_alone_lets_nobody_outside_do_anything_with_it(before_and_after, role):
    _world, _before, after = before_and_after
    assert [str(row) for row in TRIED if after[role][row].status < 300] == []


def test_those_inside_are_shown_it_by_the_same_pages(before_and_after):
    world, _before, after = before_and_after
    told = set().union(*(world.leaked(asked, row) for row, asked in after["eligible"].items()))
    assert told == world.markers.keys()


@pytest.mark.parametrize(
    ("role", "path", "kinds"),
    [
        ("administrator", "/console/", {"subject", "number", "organisation"}),
        ("administrator", "/console/customers", {"organisation"}),
        ("administrator", "/console/incidents", {"incident"}),
        ("administrator", "/api/v1/cases", {"subject", "number", "organisation"}),
        ("partner", "/api/v1/cases", {"subject", "number", "organisation"}),
    ],
)
def test_with_both_walls_gone_it_would_be_shown(before_and_after, monkeypatch, role, path, kinds):
    """So the code has really forgotten, and the database is what keeps the rest of this file true."""
    world, _before, _after = before_and_after
    monkeypatch.setattr(Viewer, "context", property(lambda viewer: f"us:{viewer.kind}:{viewer.id}"))
    (row,) = [row for row in PAGES if row.path == path]
    assert world.leaked(world.ask(world.client(role), world.token(role), row), row) >= kinds
