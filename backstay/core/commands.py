"""What the commands of `backstay` have in common."""

from argparse import RawDescriptionHelpFormatter
from typing import Any, Literal

from django.core.management.base import BaseCommand, CommandParser
from django.utils.functional import Promise as LazyText


class Command(BaseCommand):
    """A command whose help is in the reader's language and ends with `examples`."""

    requires_system_checks: list[str] | tuple[str, ...] | Literal["__all__"] = []
    help: str | LazyText  # type: ignore[assignment]  # Django wants a string, which create_parser makes of it
    examples: str | LazyText

    def create_parser(self, prog_name: str, subcommand: str, **given: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **given)
        parser.description, parser.epilog = str(self.help), str(self.examples)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser
