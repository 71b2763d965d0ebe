import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.accounts import actions
from backstay.accounts.models import User
from backstay.core import commands
from backstay.core.scoping import acting, machine

EXAMPLES = gettext_lazy("""examples:
  backstay token issue --email andrei@vendor.example --label "monitoring"
  backstay token issue --email andrei@vendor.example --label test --days 7 --format json

The token is printed once; the database keeps only its SHA-256. It may do what its owner may do.
exit status: 0 done, 1 nobody has that address, 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Issues a token for the API.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="issue")
        issue = verbs.add_parser("issue", help=_("print a new token"))
        issue.add_argument("--email", required=True, help=_("of the person who will own it"))
        issue.add_argument("--label", required=True, help=_("what it is for"))
        issue.add_argument("--days", type=int, help=_("until it expires; never unless given"))
        issue.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **given: Any) -> None:
        at = datetime.now(UTC)
        expires_at = at + timedelta(days=given["days"]) if given["days"] else None
        email = given["email"].strip().lower()
        with acting(machine("token command")):
            user = User.objects.filter(email=email, is_active=True).first()
            if user is None:
                raise CommandError(_("nobody signs in as %(email)s") % {"email": email})
            secret = actions.issue_token(user=user, label=given["label"], expires_at=expires_at, at=at)
        if given["format"] == "json":
            expires = expires_at.isoformat() if expires_at else None
            self.stdout.write(json.dumps({"email": email, "token": secret, "expires_at": expires}, indent=2))
        else:
            self.stdout.write(secret)
