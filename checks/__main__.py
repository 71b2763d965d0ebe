"""Run the project's own checks."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict

from checks import (
    actions,
    boundary,
    clock_reads,
    floors,
    licences,
    machine_names,
    migrations,
    sizes,
    suppressions,
    translations,
    words,
)
from checks.findings import Finding

Check = Callable[[], list[Finding]]
CHECKS: dict[str, Check] = {
    "floors": floors.check,
    "actions": actions.check,
    "clock-reads": clock_reads.check,
    "words": words.check,
    "sizes": sizes.check,
    "suppressions": suppressions.check,
    "machine-names": machine_names.check,
    "licences": licences.check,
    "migrations": migrations.check,
    "translations": translations.check,
    "boundary": boundary.check,
}
EPILOGUE = """\
checks: {names}
All of them run when none is named. Exit status: 0 nothing found, 1 something found, 2 wrong usage.

example: python -m checks --format json floors sizes
"""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    found = {name: sorted(CHECKS[name]()) for name in options.names or CHECKS}
    _print_json(found) if options.format == "json" else _print_table(found)
    return 1 if any(found.values()) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m checks",
        description=__doc__,
        epilog=EPILOGUE.format(names=", ".join(CHECKS)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", choices=[[], *CHECKS], help="a check to run")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    return parser


def _print_table(found: Mapping[str, list[Finding]]) -> None:
    for name, findings in found.items():
        print(f"{name}: {f'{len(findings)} found' if findings else 'ok'}")
        for finding in findings:
            print(f"  {finding}")


def _print_json(found: Mapping[str, list[Finding]]) -> None:
    print(
        json.dumps(
            {name: [asdict(finding) for finding in findings] for name, findings in found.items()}, indent=2
        )
    )


if __name__ == "__main__":
    sys.exit(main())
