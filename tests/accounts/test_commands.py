"""`backstay staff` and `backstay token`, as somebody at a terminal uses them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from backstay.accounts import actions
from backstay.accounts.choices import AccessHow
from backstay.accounts.models import Attestation, BoundAccess, User
from backstay.accounts.queries import token_for, viewer_for
from backstay.core.scoping import Viewer, ViewerKind, acting, machine

MACHINE = machine("test")
PASSWORD = "nine purple wagons"


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    return str(path)


def _add(password_file: str, **given: str) -> None:
    options = {"name": "Grace Holloway", "email": "Grace@Vendor.example", "role": "administrator"} | given
    words = [part for key, value in options.items() for part in (f"--{key}", value)]
    call_command("staff", "add", *words, "--password-file", password_file)


def test_staff_add_lets_the_first_administrator_sign_in(db: None, password_file: str) -> None:
    _add(password_file)
    with acting(MACHINE):
        user = User.objects.get(email="grace@vendor.example")
        assert user.check_password(PASSWORD)
        viewer = viewer_for(user, at=datetime.now(UTC))
    assert viewer is not None
    assert (viewer.name, "administrator" in viewer.roles, viewer.sees_us) == ("Grace Holloway", True, False)


def test_staff_add_refuses_an_address_that_is_taken(db: None, password_file: str) -> None:
    _add(password_file)
    with pytest.raises(CommandError, match=r"signs in as grace@vendor\.example already"):
        _add(password_file, name="Somebody Else")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "nonsense"}, "valid email"),
        ({"timezone": "Mars/Olympus"}, "no IANA time zone"),
    ],
)
def test_staff_add_says_what_is_wrong(
    db: None, password_file: str, wrong: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        _add(password_file, **wrong)


def test_staff_add_refuses_a_short_password(db: None, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("short")
    with pytest.raises(CommandError, match="at least 12 characters"):
        _add(str(path))


def test_staff_list_tells_programs_who_works_here(
    db: None, password_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(password_file, role="lead", level="2")
    capsys.readouterr()
    call_command("staff", "list", "--format", "json")
    assert json.loads(capsys.readouterr().out) == {
        "staff": [
            {
                "name": "Grace Holloway",
                "email": "grace@vendor.example",
                "role": "lead",
                "level": 2,
                "is_active": True,
                "us_only": False,
                "standing": "not_attested",
            }
        ]
    }


def test_token_issue_prints_a_token_that_works(
    db: None, password_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(password_file)
    issued: list[dict[str, Any]] = []
    for days in ([], ["--days", "7"]):
        capsys.readouterr()
        call_command(
            "token", "issue", "--email", "grace@vendor.example", "--label", "t", *days, "--format", "json"
        )
        issued.append(json.loads(capsys.readouterr().out))
    with acting(MACHINE):
        found = [token_for(each["token"], at=datetime.now(UTC)) for each in issued]
        assert [token.user.email for token in found if token] == ["grace@vendor.example"] * 2
    assert issued[0]["expires_at"] is None
    assert datetime.fromisoformat(issued[1]["expires_at"]) > datetime.now(UTC)


def test_token_issue_knows_nobody_of_that_address(db: None) -> None:
    with pytest.raises(CommandError, match=r"nobody signs in as x@vendor\.example"):
        call_command("token", "issue", "--email", "x@vendor.example", "--label", "t")


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command tells a program."""
    capsys.readouterr()
    call_command(*words, "--format", "json")
    return json.loads(capsys.readouterr().out)


def _make_eligible(capsys: pytest.CaptureFixture[str], email: str = "grace@vendor.example") -> Any:
    seen, until = "2026-01-02", "2099-12-31"
    proof = ("--verified-by", "Helen", "--method", "passport", "--seen-on", seen, "--expires-on", until)
    _told(capsys, "staff", "attest", "--email", email, *proof)
    return _told(capsys, "staff", "location", "--email", email, "--country", "us")


def test_staff_attest_location_and_revoke_open_and_shut_bound_data(
    db: None, password_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(password_file)
    (opened,) = _make_eligible(capsys)["staff"]
    assert (opened["standing"], opened["us_only"]) == ("eligible", True)
    with acting(MACHINE):
        attestation = str(Attestation.objects.get().pk)
    (shut,) = _told(capsys, "staff", "revoke", "--attestation", attestation)["staff"]
    assert (shut["standing"], shut["us_only"]) == ("not_attested", False)


def test_staff_networks_are_listed_and_taken_off(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    denver = {"range": "192.0.2.0/24", "country": "US", "name": "Denver"}
    listed = _told(
        capsys, "staff", "networks", "--add", "192.0.2.0/24", "--country", "US", "--name", "Denver"
    )
    assert listed == {"networks": [denver]}
    assert _told(capsys, "staff", "networks") == {"networks": [denver]}
    assert _told(capsys, "staff", "networks", "--remove", "192.0.2.0/24") == {"networks": []}


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["location", "--email", "x@vendor.example", "--country", "US"], "nobody who works here"),
        (["location", "--email", "grace@vendor.example", "--country", "Mars"], "two letters"),
        (["revoke", "--attestation", "999"], "no attestation 999"),
        (["networks", "--add", "192.0.2.0/24"], "needs its --country"),
        (["networks", "--add", "x", "--country", "US", "--name", "y"], "not a range"),
        (["networks", "--remove", "192.0.2.0/24"], "is not listed"),
    ],
)
def test_staff_command_says_why_it_refuses(
    db: None, password_file: str, words: list[str], refusal: str
) -> None:
    _add(password_file)
    with pytest.raises(CommandError, match=refusal):
        call_command("staff", *words)


def _log(name: str, at: datetime, *, allowed: bool = True) -> None:
    by = Viewer(kind=ViewerKind.STAFF, id=7, name=name)
    reading = actions.Reading(
        how=AccessHow.PAGE, place="console/cases", subjects=("case:12",), rows=3, allowed=allowed
    )
    with acting(MACHINE):
        actions.log_access(reading, by=by, at=at)


def test_boundary_report_is_made_as_an_eligible_manager_and_logged(
    db: None, password_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(password_file)
    now = datetime.now(UTC)
    _log("Chris", now)
    _log("Dana", now, allowed=False)
    _log("Old", now - timedelta(days=90))
    report = ("boundary", "report", "--as", "grace@vendor.example")
    with pytest.raises(CommandError, match="no manager who is eligible"):
        call_command(*report)
    _make_eligible(capsys)
    assert [row["person_name"] for row in _told(capsys, *report)["accesses"]] == ["Dana", "Chris"]
    refused = _told(capsys, *report, "--refused")["accesses"]
    assert [(row["person_name"], row["subjects"], row["allowed"]) for row in refused] == [
        ("Dana", ["case:12"], False)
    ]
    with acting(MACHINE):
        exports = BoundAccess.objects.filter(how="export").order_by("pk")
        assert [(row.person_name, row.place, row.rows) for row in exports] == [
            ("Grace Holloway", "boundary report", 2),
            ("Grace Holloway", "boundary report", 1),
        ]


def test_boundary_report_as_csv_has_a_line_for_each_access(
    db: None, password_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(password_file)
    _make_eligible(capsys)
    _log("Chris", datetime.now(UTC))
    capsys.readouterr()
    call_command("boundary", "report", "--as", "grace@vendor.example", "--format", "csv")
    head, line = capsys.readouterr().out.splitlines()
    found = dict(zip(head.split(","), line.split(","), strict=True))
    assert (found["person_name"], found["subjects"], found["allowed"]) == ("Chris", "case:12", "True")
