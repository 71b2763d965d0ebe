from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from backstay.core import commands
from backstay.project.bootstrap import bootstrap

EXAMPLES = gettext_lazy("""examples:
  backstay bootstrap    before the new version is served; again: nothing to do

exit status: 0 done, 1 the database cannot be reached or changed, 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy(
        "Migrates the database and loads what ships where it is missing; every start does so."
    )
    examples = EXAMPLES

    def handle(self, *_args: Any, **_given: Any) -> None:
        bootstrap(at=datetime.now(UTC))
