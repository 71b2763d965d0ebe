import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.accounts.models import Staff
from backstay.core import commands
from backstay.core.scoping import Boundary, acting, machine
from backstay.oncall import actions, queries
from backstay.oncall.choices import Purpose, WhyUnanswered

BY = machine("oncall command")
EXAMPLES = gettext_lazy("""examples:
  backstay oncall show                            who is on call now, level by level
  backstay oncall show --at 2026-12-24T18:00Z --format json
  backstay oncall gaps --days 30                  when nobody is, or nobody who may know
  backstay oncall page --purpose support --text "The mail server is down"

exit status: 0 done, 1 there is a gap where somebody was promised, or nobody could be paged, 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Says who is on call and when nobody is, and pages them.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="show|gaps|page")
        show = verbs.add_parser("show", help=_("who is on call"))
        show.add_argument("--at", type=_instant, help=_("an instant with its zone; now unless given"))
        gaps = verbs.add_parser("gaps", help=_("when nobody is on call"))
        gaps.add_argument("--days", type=int, default=queries.AHEAD.days, help=_("how far ahead (90)"))
        page = verbs.add_parser("page", help=_("page whoever is on call"))
        page.add_argument("--purpose", choices=list(Purpose), default=Purpose.SUPPORT)
        page.add_argument("--text", required=True, help=_("what they read"))
        for verb in (show, gaps, page):
            verb.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **given: Any) -> None:
        at = given.get("at") or datetime.now(UTC)
        verb = {"show": _show, "gaps": _gaps, "page": _page}[given["verb"]]
        with acting(BY):
            facts, lines, is_fine = verb(given, at)
        if given["format"] == "json":
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(lines))
        if not is_fine:
            raise SystemExit(1)


Told = tuple[dict[str, Any], list[str], bool]


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)  # argparse says it
    return found


def _show(_given: dict[str, Any], at: datetime) -> Told:
    rows = [
        {
            "rota": rota.key,
            "name": rota.name,
            "purpose": rota.purpose,
            "serves": rota.serves,
            "on_call": [each.staff.name for each in queries.asked(rota.key, boundary=rota.serves, at=at)],
        }
        for rota in queries.rotas()
    ]
    nobody = _("nobody")
    lines = [f"{row['rota']}: {', '.join(row['on_call']) or nobody}" for row in rows]
    return {"at": at.isoformat(), "rotas": rows}, lines or [_("There is no rota yet.")], True


def _gaps(given: dict[str, Any], at: datetime) -> Told:
    found = [
        gap for rota in queries.rotas() for gap in queries.gaps(rota, at, at + timedelta(days=given["days"]))
    ]
    names = dict(Staff.objects.values_list("pk", "name"))
    rows = [
        {
            "rota": gap.rota.key,
            "from": gap.start.isoformat(),
            "to": gap.end.isoformat(),
            "reason": gap.reason,
            "on_call": names.get(gap.staff_id or 0),
            "is_error": gap.is_error,
        }
        for gap in found
    ]
    lines = [
        f"{'! ' if row['is_error'] else '  '}{row['rota']}  {row['from']}  {row['to']}  {row['reason']}"
        for row in rows
    ]
    return {"gaps": rows}, lines or [_("There is no gap.")], not any(gap.is_error for gap in found)


def _page(given: dict[str, Any], at: datetime) -> Told:
    text = given["text"].strip()
    if not text:
        raise CommandError(_("there is nothing to say"))
    page = actions.page(
        purpose=given["purpose"],
        boundary=Boundary.OPEN,
        subject="command",
        link=settings.ONCALL_PATH,
        kind="message",
        facts={"text": text},
        by=BY,
        at=at,
    )
    asked = page.staff.name if page.staff else None
    line = _("Page %(id)s: %(name)s is asked.") if asked else _("Page %(id)s waits: nobody is on call.")
    facts = {"page": page.pk, "asked": asked, "why": page.why_unanswered or None}
    is_fine = page.why_unanswered != WhyUnanswered.NOBODY_ON_CALL
    return facts, [line % {"id": page.pk, "name": asked}], is_fine
