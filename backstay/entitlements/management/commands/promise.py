import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django.core.management.base import CommandParser
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import holiday_names
from backstay.core import commands, scoping
from backstay.plans import queries, wording
from backstay.plans.catalogue import Catalogue, Region, say
from backstay.plans.models import PlanVersion
from backstay.plans.promises import Promise, promise
from businesstime import Kind, NeverOpen, Reason, Stretch

EXAMPLES = gettext_lazy("""examples:
  backstay promise --plan silver --severity S1 --opened 2026-11-20T18:30:00+02:00
  backstay promise --plan gold --severity S3 --opened 2026-11-20T23:00:00Z --region us
  backstay promise --plan platinum --severity S2 --opened 2026-11-21T10:00:00+02:00 --format json

The answer is by the catalogue that is in force now, whatever the date; a case that was opened earlier keeps
the promise that it was given.

--opened needs its offset from UTC, such as +02:00 or Z. A plan that is not sold in the region asked for
runs in its own: emerald-us always in us.

exit status: 0 done, 1 no such promise, 2 wrong usage
""")
REASONS = {
    Reason.OPEN: pgettext_lazy("stretch of time", "open"),
    Reason.ELAPSED: pgettext_lazy("stretch of time", "time passes"),
    Reason.OUTSIDE_WINDOWS: pgettext_lazy("stretch of time", "outside hours"),
    Reason.CLOSED_DAY: pgettext_lazy("stretch of time", "closed on this day of the week"),
    Reason.CLOSED_DATE: pgettext_lazy("stretch of time", "closed on this date"),
    Reason.HOLIDAY: pgettext_lazy("stretch of time", "holiday"),
    Reason.PAUSED: pgettext_lazy("stretch of time", "paused"),
}
KINDS = {
    Kind.COUNTED: pgettext_lazy("stretch of time", "counted"),
    Kind.SKIPPED: pgettext_lazy("stretch of time", "skipped"),
    Kind.PAUSED: pgettext_lazy("stretch of time", "paused"),
}


class Command(commands.Command):
    help = gettext_lazy("Tells when a case would get its first human answer, and why.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", required=True, help=_("key of a plan, such as silver"))
        parser.add_argument("--severity", required=True, help=_("key of a severity, such as S1"))
        parser.add_argument(
            "--opened", required=True, type=_instant, metavar="ISO", help=_("when the case is opened")
        )
        parser.add_argument("--region", default="ro", help=_("where support is given from (default: ro)"))
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with scoping.acting(scoping.PUBLIC):
                answer = _Answer(
                    options["plan"],
                    options["severity"],
                    options["opened"],
                    options["region"],
                    now=datetime.now(UTC),
                )
                words = answer.as_json() if options["format"] == "json" else answer.as_text()
        except (queries.UnknownTerm, NeverOpen) as error:
            self._end(str(error))
        self.stdout.write(words)

    def _end(self, words: str) -> NoReturn:
        self.stderr.write(words)
        sys.exit(1)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        words = _('"%(text)s" is no instant; write such as 2026-11-20T18:30:00+02:00') % {"text": text}
        raise argparse.ArgumentTypeError(words) from None
    if found.utcoffset() is None:
        words = _('"%(text)s" does not say in which zone; add the offset from UTC, such as +02:00 or Z') % {
            "text": text
        }
        raise argparse.ArgumentTypeError(words)
    return found


class _Answer:
    """One promise, ready to be told."""

    def __init__(self, plan: str, severity: str, opened_at: datetime, region: str, *, now: datetime) -> None:
        self.version: PlanVersion = queries.plan(plan, now)
        self.catalogue: Catalogue = queries.catalogue(self.version.catalogue)
        if region not in self.catalogue.regions:
            raise queries.UnknownRegion(region, tuple(self.catalogue.regions))
        self.plan = queries.terms(self.version)
        self.severity = severity
        self.asked_region = region
        self.region: Region = self.catalogue.regions[self.plan.region(region)]
        self.promise: Promise = promise(self.version, severity, self.region.key, opened_at)

    @property
    def zone(self) -> ZoneInfo:
        return self.region.tz

    @property
    def calendar(self) -> CalendarVersion | None:
        return self.promise.target.calendar

    def as_json(self) -> str:
        facts = {
            "due_at": _utc(self.promise.due_at),
            "due_local": self.promise.due_at.astimezone(self.zone).isoformat(),
            "opened_at": _utc(self.promise.opened_at),
            "plan": self.plan.key,
            "severity": self.severity,
            "region": self.region.key,
            "zone": self.region.zone,
            "catalogue": self.version.catalogue.number,
            "target": self._target_facts(),
            "explanation": self.lines(),
            "stretches": [self._stretch_facts(stretch) for stretch in self.promise.stretches],
        }
        return json.dumps(facts, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        return "\n".join([*self.lines(), f"due_at {_utc(self.promise.due_at)}"])

    def lines(self) -> list[str]:
        """The explanation, line by line."""
        target = self.promise.target.target
        head = [
            _("%(plan)s, %(severity)s, opened %(opened)s")
            % {
                "plan": say(self.plan.name),
                "severity": self.severity,
                "opened": self._local(self.promise.opened_at),
            },
            _("First response %(within)s: by %(due)s")
            % {"within": wording.within(target), "due": self._local(self.promise.due_at)},
            self._clock(),
        ]
        if self.region.key != self.asked_region:
            words = _("%(plan)s is not sold in %(asked)s; it runs in %(region)s.")
            names = {"plan": say(self.plan.name), "asked": self.asked_region, "region": self.region.key}
            head.append(words % names)
        return [*head, *map(self._line, self.promise.stretches)]

    def _clock(self) -> str:
        number = self.version.catalogue.number
        if self.calendar is None:
            return _("Clock: elapsed time; catalogue %(number)d") % {"number": number}
        words = _(
            "Clock: calendar %(key)s, region %(region)s, version %(version)d (%(zone)s); catalogue %(number)d"
        )
        return words % {
            "key": self.calendar.key,
            "region": self.calendar.region,
            "version": self.calendar.version,
            "zone": self.calendar.zone,
            "number": number,
        }

    def _line(self, stretch: Stretch) -> str:
        length = int((stretch.end - stretch.start).total_seconds())
        span = f"{self._local(stretch.start)} - {self._local(stretch.end)}"
        return f"  {KINDS[stretch.kind]}  {span}  {_hours(length)}  {self._why(stretch)}"

    def _why(self, stretch: Stretch) -> str:
        names = (
            holiday_names(self.calendar, stretch.start.astimezone(self.zone).date()) if self.calendar else {}
        )
        reason = str(REASONS[stretch.reason])
        return f"{reason}: {say(names)}" if stretch.reason is Reason.HOLIDAY and names else reason

    def _local(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        return f"{WEEKDAYS_ABBR[local.weekday()]} {local:%Y-%m-%d} {clock} {local.tzname()}"

    def _target_facts(self) -> dict[str, Any]:
        target = self.promise.target.target
        calendar = self.calendar and {
            "key": self.calendar.key,
            "region": self.calendar.region,
            "version": self.calendar.version,
            "zone": self.calendar.zone,
        }
        return {
            "words": wording.within(target),
            "unit": target.unit,
            "amount": target.amount,
            "kind": target.kind,
            "calendar": calendar,
        }

    def _stretch_facts(self, stretch: Stretch) -> dict[str, Any]:
        return {
            "start": _utc(stretch.start),
            "end": _utc(stretch.end),
            "seconds": int((stretch.end - stretch.start).total_seconds()),
            "kind": stretch.kind,
            "reason": stretch.reason,
            "words": self._why(stretch),
        }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02} h"
