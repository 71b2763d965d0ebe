import csv
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.accounts import actions, queries
from backstay.accounts.actions import Reading
from backstay.accounts.choices import AccessHow
from backstay.accounts.models import BoundAccess, User
from backstay.accounts.queries import LogFilter
from backstay.accounts.rules import may_audit_boundary
from backstay.core import commands
from backstay.core.scoping import Viewer, acting, machine

BY = machine("boundary command")
DAYS = 30
COLUMNS = (
    "at",
    "person_kind",
    "person_id",
    "person_name",
    "how",
    "place",
    "subjects",
    "rows",
    "address",
    "country",
    "allowed",
)
EXAMPLES = gettext_lazy("""examples:
  backstay boundary report --as kim@vendor.example
  backstay boundary report --as kim@vendor.example --since 2026-11-01 --until 2026-11-30 --format csv
  backstay boundary report --as kim@vendor.example --refused --format json

Tells who came to bound data and who was refused it. It is made as the person named, who has to be a manager
and eligible for bound data right now, and is logged as their export. Days are in UTC, both included.
exit status: 0 done, 1 refused (the reason is printed), 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Reports who came to what is behind the US boundary, for the auditor.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="report")
        report = verbs.add_parser("report", help=_("print accesses, newest first"))
        report.add_argument("--as", dest="email", required=True, metavar="EMAIL", help=_("who reads it"))
        report.add_argument("--since", type=date.fromisoformat, metavar="DAY", help=_("thirty days ago"))
        report.add_argument("--until", type=date.fromisoformat, metavar="DAY", help=_("today"))
        report.add_argument("--person", default="", help=_("a part of the name"))
        report.add_argument("--refused", action="store_true", help=_("only what was refused"))
        report.add_argument("--format", choices=["table", "csv", "json"], default="table")

    def handle(self, *_args: Any, **given: Any) -> None:
        at = datetime.now(UTC)
        viewer = _auditor(given["email"], at)
        with acting(viewer):
            rows = [_facts(each) for each in queries.accesses(_asked(given, at)).iterator(1000)]
        reading = Reading(how=AccessHow.EXPORT, place="boundary report", subjects=(), rows=len(rows))
        with acting(BY):
            actions.log_access(reading, by=viewer, at=at)
        self._write(rows, given["format"])

    def _write(self, rows: list[dict[str, Any]], form: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps({"accesses": rows}, ensure_ascii=False, indent=2))
        elif form == "csv":
            writer = csv.DictWriter(self.stdout, COLUMNS)
            writer.writeheader()
            writer.writerows(row | {"subjects": " ".join(row["subjects"])} for row in rows)
        else:
            for row in rows:
                refused = _("refused")
                let_in = "" if row["allowed"] else f"  {refused}"
                what = " ".join(row["subjects"])
                who = f"{row['at']}  {row['person_name']}  {row['how']}"
                self.stdout.write(f"{who}  {row['place']}  {what}{let_in}")


def _auditor(email: str, at: datetime) -> Viewer:
    """The person in whose context the report is made: what they may not see, it does not tell."""
    with acting(BY):
        user = User.objects.filter(email=email.strip().lower()).first()
        viewer = queries.viewer_for(user, at=at) if user else None
    if viewer is None or not may_audit_boundary(viewer):
        words = _("%(email)s is no manager who is eligible for bound data now; nothing is shown")
        raise CommandError(words % {"email": email})
    return viewer


def _asked(given: dict[str, Any], at: datetime) -> LogFilter:
    today = at.date()
    until = given["until"] or today
    return LogFilter(
        since=datetime.combine(given["since"] or until - timedelta(days=DAYS), time(), UTC),
        until=datetime.combine(until + timedelta(days=1), time(), UTC),
        person=given["person"],
        only_refused=given["refused"],
    )


def _facts(row: BoundAccess) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS} | {"at": row.at.isoformat()}
