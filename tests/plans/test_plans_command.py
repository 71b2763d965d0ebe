import json
import re
from io import StringIO

import pytest
from django.core.management import call_command

from backstay.core.scoping import acting, machine
from backstay.plans import queries
from backstay.plans.management.commands.plans import Command
from backstay.plans.matrix import matrix


@pytest.fixture
def run(db):
    """`run("show", ...)` -> exit status, what was printed, what was complained about."""

    def call(*arguments):
        out, complaints = StringIO(), StringIO()
        try:
            call_command("plans", *map(str, arguments), stdout=out, stderr=complaints)
        except SystemExit as end:
            return end.code, out.getvalue(), complaints.getvalue()
        return 0, out.getvalue(), complaints.getvalue()

    return call


@pytest.fixture
def written(tmp_path):
    def write(source):
        path = tmp_path / "plans.toml"
        path.write_text(source)
        return path

    return write


def test_only_check_needs_no_database():
    assert [verb for verb in ("check", "diff", "apply", "show") if Command.needs_database([verb, "x"])] == [
        "diff",
        "apply",
        "show",
    ]


@pytest.mark.parametrize("lang", ["en", "ro"])
def test_show_prints_the_matrix_as_json(run, shipped_catalogue, lang):
    status, out, complaints = run("show", "--format", "json", "--lang", lang)
    assert (status, complaints) == (0, "")
    told = json.loads(out)
    assert {key: told[key] for key in ("lang", "plans", "rows")} == matrix(shipped_catalogue, lang).to_dict()
    assert list(told) == ["lang", "plans", "rows", "ladder_standard", "closing", "requests"]


def test_show_tells_ladders_closing_and_requests_after_the_matrix(run):
    _, out, _ = run("show")
    ladder, closing, requests = out.rstrip().split("\n\n")[1:]
    steps = [re.split(r" {2,}", line.strip()) for line in ladder.splitlines()[1:]]
    assert ladder.splitlines()[0] == "Standard escalation"
    assert steps[3] == ["S1 S2: 15 minutes after the target is missed", "Page the manager on call"]
    assert steps[5] == ["S1 S2: The case has been open for 4 business hours", "Hand over to the next tier"]
    assert [line.split()[0] for line in closing.splitlines()] == ["Cases", "S2", "S3", "S4", "Can"]
    assert requests.splitlines()[1].endswith("answered within 30 minutes")


def test_show_prints_a_table_with_its_headings(run):
    _, out, _ = run("show", "--lang", "ro")
    lines = out.split("\n\n")[0].splitlines()
    assert lines[0].split() == ["Argint", "Aur", "Platină", "Emerald", "-", "US"]
    assert [line for line in lines[2:] if not line.startswith(" ")] == [
        "Orele de asistență",
        "Timp de răspuns la problema inițială",
        "Drepturi suplimentare",
    ]
    assert len(lines) == 13
    assert lines[-1].split()[-4:] == ["-", "-", "-", "da"]


def test_check_of_a_good_file(run, written, shipped_source):
    assert run("check", written(shipped_source)) == (
        0,
        "The file is right: 4 plans (silver, gold, platinum, emerald-us).\n",
        "",
    )


def test_check_of_a_bad_file_names_everything(run, written, shipped_source):
    path = written(
        shipped_source.replace("rank = 40", "rank = 30").replace('zone = "America', 'zone = "Amerika')
    )
    status, out, complaints = run("check", path)
    lines = complaints.splitlines()
    assert (status, out) == (1, "")
    assert lines[0] == f"{path}: 2 problems. Nothing was changed."
    assert [line.split(": ")[1] for line in lines[1:]] == ["regions.us.zone", "plans.emerald-us.rank"]


def test_check_of_a_file_that_cannot_be_read(run, tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    assert run("check", tmp_path / "none.toml") == (
        1,
        "",
        f"{tmp_path / 'none.toml'} cannot be read: No such file or directory\n",
    )
    assert run("check", tmp_path / "latin.toml")[2] == f"{tmp_path / 'latin.toml'} is not a text in UTF-8\n"


def test_check_warns_and_still_passes(run, written, shipped_source):
    old = 'unit = "business_hours"\namount = "4 hours"\ncalendar = "coverage of case"'
    status, _, complaints = run(
        "check", written(shipped_source.replace(old, 'unit = "elapsed"\namount = "4 hours"'))
    )
    assert status == 0
    assert complaints.startswith("Look again: line ")


def test_diff_tells_cells_and_keys(run, written, shipped_source):
    status, out, _ = run("diff", written(shipped_source.replace('amount = "2 hours"', 'amount = "3 hours"')))
    assert status == 0
    assert out.splitlines() == [
        "Customers would read:",
        "  Gold, Blocker severity (S1 & S2): within 2 hours → within 3 hours",
        "In the file:",
        '  plans.gold.targets.blocker.amount: "2 hours" becomes "3 hours"',
    ]


def test_diff_of_the_same_file(run, written, shipped_source):
    assert run("diff", written(shipped_source + "\n# mine\n")) == (0, "Nothing would change.\n", "")


def test_apply_puts_a_file_in_force_once(run, written, shipped_source):
    path = written(shipped_source.replace('amount = "2 hours"', 'amount = "3 hours"'))
    assert run("apply", path)[1] == "Catalogue 2 is in force. Promises already made keep theirs.\n"
    assert run("apply", path)[1] == "Nothing to do: catalogue 2, which is in force, says the same.\n"
    with acting(machine("test")):
        assert queries.newest().applied_by == "plans"
        assert queries.newest().plans.get(key="gold").terms["targets"][0]["amount"] == 10800


def test_apply_of_a_bad_file_changes_nothing(run, written, shipped_source):
    status, _, complaints = run("apply", written(shipped_source.replace("rank = 40", "rank = 30")))
    assert (status, complaints.count("\n")) == (1, 2)
    with acting(machine("test")):
        assert queries.newest().number == 1
