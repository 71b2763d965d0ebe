import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from businesstime.__main__ import main

HOURS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
ADD = {
    "id": "T-1",
    "kind": "add",
    "timezone": "Europe/Bucharest",
    "hours": HOURS,
    "start": "2026-11-20T16:00:00+02:00",
    "minutes": 120,
    "expected": "2026-11-23T10:00:00+02:00",
}
PAUSES = [
    ["2026-11-20T15:00:00+02:00", "2026-11-20T16:30:00+02:00"],
    ["2026-11-20T16:15:00+02:00", "2026-11-20T16:45:00+02:00"],
]
ELAPSED = {**ADD, "id": "T-2", "kind": "elapsed", "end": "2026-11-23T09:30:00+02:00", "expected_minutes": 45}


def file_of(folder: Path, *cases: dict[str, Any]) -> str:
    path = folder / "cases.json"
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return str(path)


def test_shared_cases_all_pass(shared: Path) -> None:
    file = shared / "business_hours_cases.json"
    done = subprocess.run(
        [sys.executable, "-m", "businesstime", "check", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    expected = len(json.loads(file.read_text(encoding="utf-8"))["cases"])
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, f"{expected} passed, 0 failed")


def test_check_counts_what_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [
        ADD,
        {**ELAPSED, "pauses": PAUSES},
        {**ADD, "pauses": PAUSES, "expected": "2026-11-23T10:45:00+02:00"},
    ]
    status = main(["check", file_of(tmp_path, *cases[1:], cases[0])])
    assert (status, capsys.readouterr().out) == (0, "3 passed, 0 failed\n")


def test_check_tells_each_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {**ADD, "expected": "2026-11-23T08:01:00+00:00"}
    status = main(["check", file_of(tmp_path, wrong, {**ELAPSED, "expected_minutes": 7}, ADD)])
    assert (status, capsys.readouterr().out.splitlines()) == (
        1,
        [
            "FAIL T-1: expected 2026-11-23T10:01:00+02:00, got 2026-11-23T10:00:00+02:00",
            "FAIL T-2: expected 7, got 90",
            "1 passed, 2 failed",
        ],
    )


def test_check_takes_the_closing_time_where_two_answers_are_known(tmp_path: Path) -> None:
    exact = {**ADD, "minutes": 60, "expected": "2026-11-23T09:00:00+02:00", "ambiguous_boundary": True}
    closing = {**exact, "expected_if_boundary_close": "2026-11-20T17:00:00+02:00"}
    assert (
        main(["check", file_of(tmp_path, closing)]),
        main(["check", file_of(tmp_path, ADD, closing)]),
    ) == (0, 0)


def test_check_holds_wall_clock_cases_for_information_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wall = {**ADD, "id": "T-3", "dst_rule": "wall", "expected": "2026-11-23T11:00:00+02:00"}
    status = main(["check", "--format", "json", file_of(tmp_path, wall, ADD)])
    note = {"id": "T-3", "expected": "2026-11-23T11:00:00+02:00", "got": "2026-11-23T10:00:00+02:00"}
    assert (status, json.loads(capsys.readouterr().out)) == (
        0,
        {"passed": 1, "failed": 0, "failures": [], "informational": [note]},
    )


def test_check_of_a_calendar_that_never_opens_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    never = {**ADD, "hours": {day: [] for day in HOURS}}
    assert main(["check", file_of(tmp_path, never)]) == 1
    told = "got NeverOpen: the calendar T-1 in Europe/Bucharest has no opening hours that lie ahead\n"
    assert capsys.readouterr().out.count(told) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", 'has no list "cases"'),
        ('{"cases": [7]}', "case number 1 is not an object"),
        ('{"cases": [{"id": "X"}]}', "case X: 'kind' is missing"),
        (
            json.dumps({"cases": [{**ADD, "kind": "sub"}]}),
            'case T-1: the kind is "add" or "elapsed", not \'sub\'',
        ),
        (json.dumps({"cases": [{**ADD, "timezone": "Mars"}]}), "case T-1: 'Mars' is no IANA time zone"),
        (json.dumps({"cases": [{**ADD, "start": "2026-11-20T16:00:00"}]}), "has no time zone"),
        (json.dumps({"cases": [{**ADD, "start": "soon"}]}), "case T-1: Invalid isoformat string: 'soon'"),
        (
            json.dumps({"cases": [{**ADD, "minutes": 0.001}]}),
            "case T-1: 0.001 minutes are no whole number of seconds",
        ),
        (json.dumps({"cases": [{**ADD, "hours": {}}]}), "case T-1: 'mon' is missing"),
    ],
)
def test_check_refuses_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    path = tmp_path / "cases.json"
    path.write_text(content, encoding="utf-8")
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.startswith("businesstime: "), told.err.count(message)) == ("", True, 1)


def test_check_refuses_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.count("cannot be read as JSON: [Errno 2]") == 1


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["check", "--help"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.count("python -m businesstime check business_hours_cases.json\n") == 1
