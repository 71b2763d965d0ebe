import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from businesstime.cases import CaseError, Outcome, check

_EXAMPLE = """example:
  python -m businesstime check business_hours_cases.json
  python -m businesstime check --format json business_hours_cases.json

exit status: 0 every case passed, 1 some failed, 2 the file could not be read
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        outcome = check(options.file)
    except CaseError as error:
        sys.stderr.write(f"businesstime: {error}\n")
        return 2
    sys.stdout.write((_as_json if options.format == "json" else _as_text)(outcome))
    return 1 if outcome.failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m businesstime", description="Business-time arithmetic.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checking = commands.add_parser(
        "check",
        help="answer the cases of a file and compare with its answers",
        description="Answer the business-hours cases of a JSON file and compare with the answers it holds.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checking.add_argument("file", type=Path, metavar="FILE", help="the cases, as JSON")
    checking.add_argument("--format", choices=("text", "json"), default="text", help="text is the default")
    return parser


def _as_text(outcome: Outcome) -> str:
    lines = [f"FAIL {one.id}: expected {one.expected}, got {one.got}" for one in outcome.failures]
    lines += [
        f"note {one.id}: wall-clock answer {one.expected}, ours {one.got} (informational)"
        for one in outcome.informational
    ]
    return "\n".join([*lines, f"{outcome.passed} passed, {len(outcome.failures)} failed\n"])


def _as_json(outcome: Outcome) -> str:
    content = {**asdict(outcome), "failed": len(outcome.failures)}
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
