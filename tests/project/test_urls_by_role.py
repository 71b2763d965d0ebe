from collections.abc import Iterator

import pytest
from django.urls import URLPattern, get_resolver

from tests.project.url_table import LIKE, ROLES, ROWS
from tests.project.url_world import World, one_world


def routes(patterns=None, before: str = "") -> Iterator[str]:
    """Every route of the project as Django holds it."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from routes(each.url_patterns, route)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with one_world(django_db_blocker) as made:
        yield made


# Who is told of the bound case, and what not: its own customer nothing that staff say among themselves.
UNTOLD = {"eligible": set(), "bound_contact": {"note", "draft", "incident", "page"}}
# What is no page: files, for whoever may read their case. A new kind of download needs a row.
DOWNLOADS = {
    "console/cases/<int:number>/attachments/<int:attachment_id>",
    "cases/<int:number>/files/<int:attachment_id>",
    "api/v1/cases/<int:number>/attachments/<int:attachment_id>",
}
THEIRS = {"abroad", "us_person"}  # what is the agent's own is theirs, too


@pytest.mark.parametrize("role", [*ROLES, *LIKE])
def test_each_address_answers_a_role_as_the_table_says(world, role):
    names, token, client = world.names, world.token(role), world.client(role)
    if role in THEIRS:
        world.names = names | {"agent": world.people[role].pk}
    answers = {row: world.ask(client, token, row) for row in ROWS}
    leaks = {str(row): world.leaked(answer, row) for row, answer in answers.items()}
    world.names = names
    assert {str(row): each.status for row, each in answers.items()} == {
        str(row): row.answer(role) for row in ROWS
    }
    assert {row.route for row, each in answers.items() if each.is_file} <= DOWNLOADS
    if role in UNTOLD:
        assert set().union(*leaks.values()) == world.markers.keys() - UNTOLD[role]
    else:
        assert {row: found for row, found in leaks.items() if found} == {}


def test_every_address_has_a_row():
    assert {row.route for row in ROWS} == set(routes())
