"""The `backstay` command: Django's management commands, with a database that is there when they need it."""

import os
import sys
from collections.abc import Callable
from enum import Enum

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import (
    BaseCommand,
    call_command,
    execute_from_command_line,
    get_commands,
    load_command_class,
)
from django.utils import translation
from django.utils.translation import gettext as _

from backstay.core import postgres, scoping
from backstay.project.databases import OWNER, use_database

SETTINGS = "backstay.project.settings"
# Django's own commands that work on files alone; those of the owner, because the application role may not
# change tables; and all that must find the database as it is.
ON_FILES = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "makemessages",
    "version",
}
BY_OWNER = {"dbshell", "flush", "migrate", "showmigrations", "sqlmigrate"}
AS_IT_IS = BY_OWNER | {"bootstrap", "makemigrations", "optimizemigration", "postgres"}
# What ends a command with one line instead of a traceback.
PLAIN_ERRORS = (
    ImproperlyConfigured,
    postgres.AddressError,
    postgres.ClusterFailed,
    postgres.HeldElsewhere,
    postgres.NoPrograms,
    postgres.ServerFailed,
    psycopg.OperationalError,
)


class Need(Enum):
    """What a command wants of the database before it starts."""

    NOTHING = "nothing"
    RUNNING = "running"
    READY = "ready"


def main(argv: list[str] | None = None) -> None:
    """Run one command. Exit status: the command's own, 1 on a failure, 2 on wrong usage, 130 on Ctrl-C."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        _run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        sys.exit(130)
    except PLAIN_ERRORS as error:
        sys.stderr.write(f"backstay: {error}\n")
        sys.exit(1)


def _run(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    translation.activate(_language())
    if not arguments or arguments in (["help"], ["-h"], ["--help"]):
        sys.stdout.write(overview())
        return
    need = _need(arguments)
    if need is Need.NOTHING:
        execute_from_command_line(["backstay", *arguments])
        return
    with postgres.running(settings.VAR, tell=_tell) as urls:
        use_database(urls)
        if need is Need.READY:
            call_command("bootstrap")
            execute_from_command_line(["backstay", *arguments])
            return
        by = [f"--database={OWNER}"] if arguments[0] in BY_OWNER else []
        with scoping.allowed():
            execute_from_command_line(["backstay", arguments[0], *by, *arguments[1:]])


def _language() -> str:
    """That of the terminal, if we have it."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    found = named.partition(".")[0].partition("_")[0]
    return found if found in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def overview() -> str:
    """Our commands with one line each."""
    width = max(map(len, _own_commands()), default=0)
    lines = [f"  {name:<{width}}  {command.help}" for name, command in _own_commands().items()]
    return "\n".join([_("Usage: backstay COMMAND [--help]"), "", *lines, ""])


def _own_commands() -> dict[str, BaseCommand]:
    names = sorted(name for name, app in get_commands().items() if _is_ours(app))
    return {name: _loaded(name) for name in names}


def _is_ours(app: str | BaseCommand) -> bool:
    return isinstance(app, str) and app.startswith("backstay.") and apps.is_installed(app)


def _loaded(name: str) -> BaseCommand:
    app = get_commands()[name]
    return app if isinstance(app, BaseCommand) else load_command_class(app, name)


def _need(arguments: list[str]) -> Need:
    """A command says so itself: `needs_database` is a bool, or a function of the arguments after its name."""
    name, rest = arguments[0], arguments[1:]
    if name not in get_commands() or name in ON_FILES or {"-h", "--help"} & set(rest):
        return Need.NOTHING
    if name in AS_IT_IS:
        return Need.RUNNING
    declared: bool | Callable[[list[str]], bool] = getattr(_loaded(name), "needs_database", True)
    needed = declared(rest) if callable(declared) else declared
    return Need.READY if needed else Need.NOTHING


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main()
