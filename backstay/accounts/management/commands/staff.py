import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.accounts import actions, queries
from backstay.accounts.actions import (
    BadCountry,
    BadNetwork,
    BadPeriod,
    BadTimezone,
    Locale,
    LocationTaken,
    Post,
    Proven,
    Stay,
)
from backstay.accounts.choices import Fact, Proof, Role, Standing
from backstay.accounts.models import OfficeNetwork, Staff, Team, User
from backstay.core import commands
from backstay.core.scoping import acting, machine

BY = machine("staff command")
EXAMPLES = gettext_lazy("""examples:
  backstay staff add --name "Grace Holloway" --email grace@vendor.example --role administrator
  backstay staff add --name Bot --email bot@vendor.example --role agent --password-file secret.txt
  backstay staff list --format json
  backstay staff attest --email grace@vendor.example --verified-by "Helen Record" --method passport \\
      --seen-on 2026-11-20 --expires-on 2031-05-01
  backstay staff revoke --attestation 7
  backstay staff location --email grace@vendor.example --country US
  backstay staff location --email grace@vendor.example --country RO \\
      --from 2026-12-01T08:00+02:00 --until 2026-12-05T18:00+02:00
  backstay staff networks --add 192.0.2.0/24 --country US --name "Office in Denver"
  backstay staff networks --remove 192.0.2.0/24

The password is asked for unless a file is named, whose first line it is. Behind the US boundary sees who is
an attested US citizen and works from the United States, by declaration and by network. Of a proof only the
result is kept: never its number, never a copy.
exit status: 0 done, 1 refused (the reason is printed), 2 wrong usage
""")
REFUSED = (BadCountry, BadNetwork, BadPeriod, BadTimezone, LocationTaken)
Rows = dict[str, list[dict[str, Any]]]


class Command(commands.Command):
    help = gettext_lazy("Adds and lists members of staff, and keeps what opens bound data to them.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(
            dest="verb", required=True, metavar="add|list|attest|revoke|location|networks"
        )
        _adding(verbs.add_parser("add", help=_("make a member of staff known, with a sign-in")))
        verbs.add_parser("list", help=_("who works here, and whether they see bound data, or why not"))
        _attesting(verbs.add_parser("attest", help=_("write down that proof of a fact was seen")))
        revoke = verbs.add_parser("revoke", help=_("end an attestation at once"))
        revoke.add_argument("--attestation", type=int, required=True, metavar="ID")
        _locating(verbs.add_parser("location", help=_("declare from where somebody works")))
        _listing_networks(verbs.add_parser("networks", help=_("list networks whose country is known")))
        for verb in verbs.choices.values():
            verb.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **given: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], Rows]] = {
            "add": self._add,
            "list": lambda _given: {"staff": [_facts(row) for row in _everybody()]},
            "attest": _attest,
            "revoke": _revoke,
            "location": _locate,
            "networks": _networks,
        }
        try:
            with acting(BY):
                rows = verbs[given["verb"]](given)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except REFUSED as error:
            raise CommandError(str(error)) from None
        if given["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for each in (row for kind in rows.values() for row in kind):
            self.stdout.write("  ".join(str(value) for value in each.values() if value is not None))

    def _add(self, given: dict[str, Any]) -> Rows:
        locale = Locale(language=given["language"], timezone=given["timezone"])
        email = actions.normalised_email(given["email"])
        if User.objects.filter(email=email).exists():
            words = _("somebody signs in as %(email)s already; nothing was changed")
            raise CommandError(words % {"email": email})
        password = self._password(given["password_file"])
        validate_password(password, User(email=email))
        staff = actions.hire(
            name=given["name"],
            email=email,
            password=password,
            post=Post(role=Role(given["role"]), team=_team(given["level"])),
            locale=locale,
            by=BY,
            at=datetime.now(UTC),
        )
        return {"staff": [_facts(staff)]}

    def _password(self, path: Path | None) -> str:
        if path is None:
            if not sys.stdin.isatty():
                raise CommandError(_("nobody is there to ask for a password: name a --password-file"))
            return getpass(_("Password: "))
        try:
            return path.read_text(encoding="utf-8").split("\n", 1)[0]
        except OSError as error:
            words = _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}
            raise CommandError(words) from None


def _adding(add: argparse.ArgumentParser) -> None:
    add.add_argument("--name", required=True)
    add.add_argument("--email", required=True)
    add.add_argument("--role", required=True, choices=list(Role))
    add.add_argument("--level", type=int, choices=[1, 2], default=1, help=_("of support: 1 or 2"))
    add.add_argument("--language", default="en")
    add.add_argument("--timezone", default="UTC", help=_("an IANA name such as Europe/Bucharest"))
    add.add_argument("--password-file", type=Path, metavar="FILE")


def _attesting(attest: argparse.ArgumentParser) -> None:
    attest.add_argument("--email", required=True, help=_("of the member of staff"))
    attest.add_argument("--fact", choices=list(Fact), default=Fact.US_CITIZENSHIP)
    attest.add_argument("--verified-by", required=True, metavar="NAME", help=_("who saw the proof"))
    attest.add_argument("--method", required=True, choices=list(Proof), help=_("what they saw"))
    attest.add_argument("--seen-on", type=date.fromisoformat, required=True, metavar="DAY")
    attest.add_argument(
        "--expires-on", type=date.fromisoformat, required=True, metavar="DAY", help=_("the last day, in UTC")
    )


def _locating(location: argparse.ArgumentParser) -> None:
    location.add_argument("--email", required=True, help=_("of the member of staff"))
    location.add_argument("--country", required=True, help=_("two letters, such as US"))
    location.add_argument(
        "--from", dest="starts_at", type=_instant, metavar="INSTANT", help=_("now unless given")
    )
    location.add_argument(
        "--until", dest="ends_at", type=_instant, metavar="INSTANT", help=_("no end unless given")
    )


def _listing_networks(networks: argparse.ArgumentParser) -> None:
    networks.add_argument("--add", metavar="RANGE")
    networks.add_argument("--country", help=_("of the range that is added"))
    networks.add_argument("--name", help=_("of the range that is added"))
    networks.add_argument("--remove", metavar="RANGE")


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(_("give the offset as well, such as 2026-12-01T08:00+02:00"))
    return found


def _attest(given: dict[str, Any]) -> Rows:
    staff = _named(given["email"])
    midnight = datetime.combine(given["expires_on"] + timedelta(days=1), time(), UTC)
    proven = Proven(
        fact=Fact(given["fact"]),
        verified_by=given["verified_by"],
        method=Proof(given["method"]),
        attested_on=given["seen_on"],
        expires_at=midnight,
    )
    made = actions.attest(staff=staff, proven=proven, by=BY, at=datetime.now(UTC))
    return {"staff": [_facts(staff) | {"attestation": made.pk}]}


def _revoke(given: dict[str, Any]) -> Rows:
    staff = Staff.objects.filter(attestations=given["attestation"]).first()
    if staff is None:
        raise CommandError(_("there is no attestation %(id)s") % {"id": given["attestation"]})
    actions.revoke_attestation(attestation_id=given["attestation"], by=BY, at=datetime.now(UTC))
    return {"staff": [_facts(staff)]}


def _locate(given: dict[str, Any]) -> Rows:
    staff, at = _named(given["email"]), datetime.now(UTC)
    stay = Stay(country=given["country"], starts_at=given["starts_at"] or at, ends_at=given["ends_at"])
    actions.declare_location(staff=staff, stay=stay, by=BY, at=at)
    return {"staff": [_facts(staff)]}


def _networks(given: dict[str, Any]) -> Rows:
    at = datetime.now(UTC)
    if given["add"]:
        if not (given["country"] and given["name"]):
            raise CommandError(_("a range that is added needs its --country and its --name"))
        actions.add_network(cidr=given["add"], country=given["country"], name=given["name"], by=BY, at=at)
    if given["remove"]:
        actions.remove_network(network_id=_network(given["remove"]).pk, by=BY, at=at)
    rows = queries.networks()
    return {"networks": [{"range": str(row.cidr), "country": row.country, "name": row.name} for row in rows]}


def _network(text: str) -> OfficeNetwork:
    found = next((row for row in queries.networks() if str(row.cidr) == text.strip()), None)
    if found is None:
        raise CommandError(_("%(range)s is not listed") % {"range": text})
    return found


def _named(email: str) -> Staff:
    address = email.strip().lower()
    found = Staff.objects.select_related("user", "team").filter(user__email=address, is_active=True).first()
    if found is None:
        raise CommandError(_("nobody who works here signs in as %(email)s") % {"email": address})
    return found


def _team(level: int) -> Team:
    found = Team.objects.filter(tier=level).order_by("id").first()
    return found or actions.add_team(key=f"level-{level}", name=f"Level {level}", tier=level)


def _everybody() -> Any:
    return Staff.objects.select_related("user", "team").order_by("name", "id")


def _facts(row: Staff) -> dict[str, Any]:
    standing = queries.standing_of(row, at=datetime.now(UTC))
    return {
        "name": row.name,
        "email": row.user.email,
        "role": row.role,
        "level": row.team.tier,
        "is_active": row.is_active,
        "us_only": standing is Standing.ELIGIBLE,
        "standing": standing,
    }
