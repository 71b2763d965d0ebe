import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from backstay.core import commands, postgres

# What belongs to one life of a database; the secret key stays.
FOLDERS = ("postgres", "files", "mail", "static")
EXAMPLES = gettext_lazy("""examples:
  backstay reset          asks first
  backstay reset --yes    for scripts

exit status: 0 deleted, 1 not deleted (the reason is printed), 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Deletes the embedded database and the uploaded files, to start over.")
    examples = EXAMPLES
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help=_("do not ask"))

    def handle(self, *_args: Any, **given: Any) -> None:
        if postgres.from_environment() is not None:
            raise CommandError(
                _("this database is not Backstay's own: drop and create it with its own tools")
            )
        if not given["yes"] and not _agreed():
            raise CommandError(_("nothing was deleted"))
        try:
            postgres.delete(settings.VAR)
        except postgres.HeldElsewhere as held:
            raise CommandError(_("%(holder)s; stop it first") % {"holder": held}) from None
        for name in FOLDERS:
            shutil.rmtree(settings.VAR / name, ignore_errors=True)
        self.stdout.write(_("Deleted. The next start begins anew."))


def _agreed() -> bool:
    """Whether somebody at the terminal typed yes, in their language or in English."""
    yes = pgettext("typed to agree", "yes")
    question = _("Delete everything in %(folder)s? Type %(yes)s: ") % {"folder": settings.VAR, "yes": yes}
    return input(question) in {yes, "yes"}
