"""Every figure of the documentation, measured here: see docs/develop/bench.md.

    python -m bench [--cases 100000] [--tickets 20000] [--clients 10000]
                    [--only pages|helpdesk|live|time|routing|boundary ...] [--format table|json]

Exit status: 0 measured, whatever the figures say; 1 something could not be measured.
"""

import argparse
import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backstay.project.settings")
django.setup()

from bench import boundary, helpdesk, pages, routing, site, streams, times  # noqa: E402  # Django is set up by now
from bench.figures import Figure, table  # noqa: E402  # as above
from bench.noise import Noise  # noqa: E402  # as above

PARTS = ("pages", "helpdesk", "live", "time", "routing", "boundary")


def main() -> None:
    options = _parser().parse_args()
    parts = options.only or PARTS
    began, noise, found = time.monotonic(), Noise(), []
    noise.look()
    if "time" in parts:
        found += times.figures()
        noise.look()
    if {"pages", "helpdesk"} & set(parts):
        found += _served(options, parts, noise)
    if "routing" in parts:
        with site.server() as server:
            found += routing.figures(server)
        noise.look()
    if "boundary" in parts:
        with site.server() as server:
            found += boundary.figures(server, options.cases)
        noise.look()
    if "live" in parts:
        found += streams.figures(options.clients)
        noise.look()
    found += noise.figures()
    if options.format == "json":
        print(json.dumps([each.told() for each in found], indent=2))
    else:
        print(table(found))
    print(f"took {time.monotonic() - began:.0f} s", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the documented figures.")
    parser.add_argument("--cases", type=int, default=100_000, help="in Backstay's database (100000)")
    parser.add_argument("--tickets", type=int, default=20_000, help="in django-helpdesk's database (20000)")
    parser.add_argument("--clients", type=int, default=10_000, help="idle live streams (10000)")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts and no others")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    return parser


def _served(options: argparse.Namespace, parts: tuple[str, ...], noise: Noise) -> list[Figure]:
    found: list[Figure] = []
    with site.server() as server, pages.served(server, options.cases) as backstay:
        if "pages" in parts:
            found += pages.figures(backstay)
            noise.look()
            found += pages.creations(backstay)
            noise.look()
        if "helpdesk" in parts:
            with helpdesk.served(server, options.tickets) as theirs:
                found += helpdesk.compared(backstay, theirs)
            noise.look()
    return found


if __name__ == "__main__":
    main()
