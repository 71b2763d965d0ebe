import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.accounts.models import User
from backstay.accounts.queries import viewer_for
from backstay.cases import queries as cases
from backstay.cases.models import Case
from backstay.core import scoping
from backstay.core.commands import Command as BaseCommand
from backstay.core.scoping import Viewer, ViewerKind
from backstay.routing import queries, wording
from backstay.routing.decisions import Candidate, Decision, Verdict

EXAMPLES = gettext_lazy("""examples:
  backstay routing simulate BS-10482                       who would get this case now, and why
  backstay routing simulate 10482 --at 2026-11-20T03:00Z   and at that instant
  backstay routing simulate 10482 --format json            the same for programs
  backstay routing simulate 10483 --as kim@vendor.example  as a member of staff, with what they may see now

Without --as nothing under the US boundary is read: neither such a case, nor what somebody has of them.
Nothing is changed. Skills, shifts, absences, availability and open cases are those of now, also for another
instant. --at needs its offset from UTC, such as +02:00 or Z.

exit status: 0 told, 1 no such case, 2 wrong usage
""")


class Command(BaseCommand):
    help = gettext_lazy("Tells who would get a case by the rules of routing, and why.")
    examples = EXAMPLES
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="simulate")
        simulate = verbs.add_parser("simulate", help=_("decide without assigning"))
        simulate.add_argument("case", type=_number, metavar="CASE", help=_("its number, such as BS-10482"))
        simulate.add_argument("--at", type=_instant, metavar="ISO", help=_("at another instant than now"))
        simulate.add_argument("--as", dest="email", metavar="EMAIL", help=_("with what this person may see"))
        simulate.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = options["at"] or datetime.now(UTC)
        with scoping.acting(self._viewer(options["email"])):
            case = cases.visible().filter(number=options["case"]).first()
            if case is None:
                self._end(_("There is no such case."))
            decision = queries.decide(case, at=at)
        told = _json(case, decision) if options["format"] == "json" else _table(case, decision)
        self.stdout.write(told)

    def _viewer(self, email: str | None) -> Viewer:
        """Whoever reads a terminal may be outside the boundary, so that is what is assumed."""
        if email is None:
            return Viewer(kind=ViewerKind.MACHINE, name="routing command")
        with scoping.acting(scoping.machine("routing command")):
            user = User.objects.filter(email=email.strip().lower()).first()
            viewer = viewer_for(user, at=datetime.now(UTC)) if user else None
        if viewer is None or not viewer.is_staff:
            self._end(_("Nobody who works here signs in so."))
        return viewer

    def _end(self, words: str) -> NoReturn:
        self.stderr.write(words)
        sys.exit(1)


def _number(text: str) -> int:
    digits = text.upper().removeprefix(settings.CASE_NUMBER_PREFIX)
    if not digits.isdecimal():
        raise argparse.ArgumentTypeError(_('"%(text)s" is no number of a case') % {"text": text})
    return int(digits)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        words = _('"%(text)s" is no instant with an offset; write such as 2026-11-20T18:30:00+02:00')
        raise argparse.ArgumentTypeError(words % {"text": text})
    return found


def _table(case: Case, decision: Decision) -> str:
    lines = [f"{case.reference}  {case.subject}", wording.conclusion(decision), ""]
    for candidate in decision.candidates:
        points = "-" if candidate.excluded_by else f"{candidate.points:g}"
        lines.append(f"{candidate.name}  {points}")
        lines += [f"    {_told(verdict)}" for verdict in _telling(candidate)]
    return "\n".join(lines)


def _telling(candidate: Candidate) -> list[Verdict]:
    """What shut somebody out, else everything that was weighed."""
    if candidate.excluded_by:
        return [candidate.excluded_by]
    return [verdict for verdict in candidate.verdicts if verdict.rule.weight]


def _told(verdict: Verdict) -> str:
    points = f"{verdict.points:+g}  " if verdict.rule.weight else ""
    return f"{points}{wording.rule_name(verdict.rule)}: {wording.sentence(verdict.finding)}"


def _json(case: Case, decision: Decision) -> str:
    chosen = decision.chosen
    facts = {
        "case": case.reference,
        "at": decision.at.astimezone(UTC).isoformat(),
        "chosen": {"id": chosen.staff_id, "name": chosen.name} if chosen else None,
        "unroutable": decision.unroutable,
        "until": decision.until.astimezone(UTC).isoformat(),
        "conclusion": wording.conclusion(decision),
        "candidates": [_candidate(each) for each in decision.candidates],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "id": candidate.staff_id,
        "name": candidate.name,
        "points": None if candidate.excluded_by else candidate.points,
        "excluded_by": candidate.excluded_by.rule.fact if candidate.excluded_by else None,
        "rules": [
            {
                "fact": verdict.rule.fact,
                "kind": verdict.rule.kind,
                "passed": verdict.passed,
                "points": verdict.points,
                "reason": wording.sentence(verdict.finding),
            }
            for verdict in candidate.verdicts
        ],
    }
