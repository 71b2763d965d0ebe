"""`backstay staff` and `backstay token`, as somebody at a terminal uses them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from backstay.accounts.models import User
from backstay.accounts.queries import token_for, viewer_for
from backstay.core.scoping import acting, machine

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
        viewer = viewer_for(user)
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
                "eligible_us": False,
                "is_active": True,
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
