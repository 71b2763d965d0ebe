import os
import subprocess
import sys
from argparse import REMAINDER
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connections
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.core import commands, postgres
from backstay.project.databases import OWNER

EXAMPLES = gettext_lazy("""examples:
  backstay postgres psql                                           look around
  backstay postgres pg_dump --format=custom --file=backstay.dump   part of a backup

exit status: the program's own, 1 when there is no such program
""")


class Command(commands.Command):
    help = gettext_lazy("Runs a program of PostgreSQL (psql, pg_dump, ...) on the database, as its owner.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("program", help=_("such as psql, pg_dump, pg_restore, createdb"))
        parser.add_argument("arguments", nargs=REMAINDER, help=_("handed to it as they are"))

    def handle(self, *_args: Any, **given: Any) -> None:
        program = _found(given["program"])
        command = [str(program), *given["arguments"]]
        done = subprocess.run(command, env=os.environ | _environment(), check=False)  # noqa: S603  # what the operator asked for
        if done.returncode:
            sys.exit(done.returncode)


def _found(name: str) -> Path:
    folder = postgres.found_programs()
    if "/" in name or not (folder / name).is_file():
        words = _("there is no program “%(name)s” in %(folder)s")
        raise CommandError(words % {"name": name, "folder": folder})
    return folder / name


def _environment() -> dict[str, str]:
    """What libpq reads, so that no password stands in the list of processes."""
    values = connections[OWNER].settings_dict
    address = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGDATABASE": "NAME"}
    _arguments, secrets = DatabaseClient.settings_to_cmd_args_env(values, [])
    return {name: str(values[key]) for name, key in address.items() if values[key]} | (secrets or {})
