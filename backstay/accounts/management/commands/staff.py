import argparse
import json
import sys
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backstay.accounts import actions
from backstay.accounts.actions import BadTimezone, Locale, Post
from backstay.accounts.choices import Role
from backstay.accounts.models import Staff, Team, User
from backstay.core.scoping import acting, machine

BY = machine("staff command")
EXAMPLES = """examples:
  backstay staff add --name "Grace Holloway" --email grace@vendor.example --role administrator
  backstay staff add --name Bot --email bot@vendor.example --role agent --password-file secret.txt
  backstay staff list --format json

The password is asked for unless a file is named, whose first line it is.
exit status: 0 done, 1 refused (the reason is printed), 2 wrong usage
"""


class Command(BaseCommand):
    help = "Adds a member of staff, such as the first administrator, and lists them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|list")
        add = verbs.add_parser("add", help="make a member of staff known, with a sign-in")
        add.add_argument("--name", required=True)
        add.add_argument("--email", required=True)
        add.add_argument("--role", required=True, choices=list(Role))
        add.add_argument("--level", type=int, choices=[1, 2], default=1, help="of support: 1 or 2")
        add.add_argument("--eligible-us", action="store_true", help="a US citizen on US soil, attested")
        add.add_argument("--language", default="en")
        add.add_argument("--timezone", default="UTC", help="an IANA name such as Europe/Bucharest")
        add.add_argument("--password-file", type=Path, metavar="FILE")
        listing = verbs.add_parser("list", help="who works here")
        for verb in (add, listing):
            verb.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_: Any, **given: Any) -> None:
        with acting(BY):
            rows = [self._add(given)] if given["verb"] == "add" else list(_everybody())
            facts = [_facts(row) for row in rows]
        if given["format"] == "json":
            self.stdout.write(json.dumps({"staff": facts}, ensure_ascii=False, indent=2))
        for each in facts if given["format"] == "table" else []:
            us = ", eligible for US-only" if each["eligible_us"] else ""
            self.stdout.write(f"{each['email']}  {each['name']}, {each['role']}, level {each['level']}{us}")

    def _add(self, given: dict[str, Any]) -> Staff:
        try:
            locale = Locale(language=given["language"], timezone=given["timezone"])
            email = actions.normalised_email(given["email"])
            if User.objects.filter(email=email).exists():
                raise CommandError(f"somebody signs in as {email} already; nothing was changed")
            password = self._password(given["password_file"])
            validate_password(password, User(email=email))
            return actions.hire(
                name=given["name"],
                email=email,
                password=password,
                post=Post(
                    role=Role(given["role"]), team=_team(given["level"]), eligible_us=given["eligible_us"]
                ),
                locale=locale,
                by=BY,
                at=datetime.now(UTC),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except BadTimezone as error:
            raise CommandError(str(error)) from None

    def _password(self, path: Path | None) -> str:
        if path is None:
            if not sys.stdin.isatty():
                raise CommandError("nobody is there to ask for a password: name a --password-file")
            return getpass("Password: ")
        try:
            return path.read_text(encoding="utf-8").split("\n", 1)[0]
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from None


def _team(level: int) -> Team:
    found = Team.objects.filter(tier=level).order_by("id").first()
    return found or actions.add_team(key=f"level-{level}", name=f"Level {level}", tier=level)


def _everybody() -> Any:
    return Staff.objects.select_related("user", "team").order_by("name", "id")


def _facts(row: Staff) -> dict[str, Any]:
    return {
        "name": row.name,
        "email": row.user.email,
        "role": row.role,
        "level": row.team.tier,
        "eligible_us": row.eligible_us,
        "is_active": row.is_active,
    }
