"""What leaves the pages: log, calendars, commands. Each command says in a row how it keeps the boundary."""

import csv
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backstay.core.scoping import NoViewer, acting
from backstay.oncall import feeds
from backstay.oncall.models import Rota
from backstay.project import cli
from tests.fixtures.cast import SETUP
from tests.project.url_table import ROWS
from tests.project.url_world import World, one_world

# What reads rows of customers, and as whom; what does not, and why that is so.
COMMANDS = {
    "bench": "writes what it makes up, and tells numbers of it",
    "boundary": "as the manager named by --as, who has to be eligible now",
    "bootstrap": "migrates; reads and tells nothing",
    "oncall": "reads rotas and pages whoever is named; a page by hand is open and says what was typed in",
    "plans": "reads the catalogue, which is public",
    "postgres": "a program of PostgreSQL as the owner: whoever may run it holds the database itself",
    "promise": "as the public; reads the catalogue",
    "reset": "deletes",
    "routing": "with nothing bound, or as the member of staff named by --as",
    "serve": "each request is its visitor's",
    "staff": "the vendor's own people",
    "token": "issues; the token may do what its owner may",
    "worker": "each task is its machine's, and tells nobody",
    "world": "lists the sign-ins of the example world, whose people are made up",
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with one_world(django_db_blocker) as made:
        yield made


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def marked(world: World, text: str) -> set[str]:
    return {kind for kind, marker in world.markers.items() if marker in text}


def test_every_command_has_a_row():
    assert cli._own_commands().keys() == COMMANDS.keys()


READING = [
    ("oncall", "show"),
    ("oncall", "gaps"),
    ("oncall", "show", "--format", "json"),
    ("plans", "show"),
    ("staff", "list"),
    ("staff", "list", "--format", "json"),
    ("world", "sign-ins"),
]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_command_tells_nothing_of_what_is_bound(world, arguments):
    assert marked(world, told(*arguments)) == set()


OUTSIDE = ("agent", "abroad", "us_person", "lead", "manager", "administrator")


@pytest.mark.parametrize("role", ["", *OUTSIDE])
def test_routing_command_knows_no_bound_case_for_anybody_outside(world, capsys, role):
    by = ["--as", world.people[role].user.email] if role else []
    with pytest.raises(SystemExit):
        told("routing", "simulate", str(world.bound_case.number), *by)
    assert marked(world, capsys.readouterr().out) == set()
    assert marked(world, told("routing", "simulate", str(world.case.number), *by)) == set()


def test_routing_command_tells_somebody_inside(world):
    text = told(
        "routing", "simulate", str(world.bound_case.number), "--as", world.people["eligible"].user.email
    )
    assert marked(world, text) == {"subject", "number"}


@pytest.mark.parametrize("role", [*OUTSIDE, "eligible", "bound_contact"])
def test_boundary_report_is_refused_to_all_but_eligible_managers(world, role):
    email = world.people[role].user.email
    with pytest.raises(CommandError, match="nothing is shown"):
        told("boundary", "report", "--as", email)


def test_boundary_report_tells_the_auditor_and_that_it_was_read(world):
    report = ("boundary", "report", "--as", world.people["auditor"].user.email, "--format", "csv")
    told(*report)
    (row, *_) = csv.DictReader(StringIO(told(*report)))
    assert (row["person_name"], row["how"], row["place"]) == ("Otto", "export", "boundary report")


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("manager", 403), ("administrator", 403)])
def test_log_leaves_as_a_file_for_eligible_managers_only(world, role, status):
    (row,) = [row for row in ROWS if row.path == "/console/boundary-log.csv"]
    asked = world.ask(world.client(role), "", row)
    assert (asked.status, asked.content_type.startswith("text/csv")) == (status, status == 200)


def test_djangos_own_export_runs_as_nobody(world):
    with pytest.raises((NoViewer, CommandError), match="outside of scoping"):
        told("dumpdata", "cases")


def test_calendars_name_people_and_nothing_that_they_are_called_for(world):
    with acting(SETUP):
        texts = [feeds.of_person(world.people["eligible"], at=world.cast.at)]
        texts += [feeds.of_rota(rota, at=world.cast.at) for rota in Rota.objects.all()]
    assert [marked(world, text.decode()) for text in texts] == [set()] * 2
