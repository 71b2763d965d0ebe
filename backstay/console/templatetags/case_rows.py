"""A row of the queue from one pattern: fifty of them are most of the page."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from backstay.console.rows import Row
from backstay.core.scoping import Boundary
from backstay.ui.markup import html
from backstay.ui.routes import address
from backstay.ui.templatetags.kit.marks import bound, severity
from backstay.ui.templatetags.kit.times import clock

register = template.Library()
ROW = """<tr data-row id="row-{pk}">
<td><input type="checkbox" name="case" form="bulk" value="{pk}:{version}" aria-label="{reference}"></td>
<td>{severity}</td>
<td><a class="row-title" id="open-{pk}" href="{href}" data-number="{number}">{subject}</a>\
<span class="row-meta"><span class="num">{reference}</span> · {organisation}{bound}\
<span class="small-only"> · {state} · {assignee}</span></span></td>
<td class="wide">{state}</td>
<td class="wide">{who}</td>
<td>{clock}</td>
</tr>"""


@register.simple_tag(name="case_row")
def case_row(*, row: Row, now: datetime) -> SafeString:
    """Box to tick, severity, subject over what else names it, state, assignee, and the next promise."""
    case = row.case
    assignee = case.assignee or gettext("unassigned")
    return html(
        ROW,
        pk=case.pk,
        version=case.version,
        reference=case.reference,
        severity=severity(code=case.severity),
        href=address("console:case", case.number),
        number=case.number,
        subject=case.subject,
        organisation=case.organisation or gettext("unknown organisation"),
        bound=html(" {}", bound()) if case.boundary == Boundary.US else "",
        state=row.state,
        assignee=assignee,
        who=_who(row, assignee),
        clock=_clock(row, now),
    )


def _who(row: Row, assignee: str) -> SafeString | str:
    if row.is_mine:
        return html("<b>{}</b>", gettext("you"))
    return assignee if row.case.assignee else html('<span class="soft">{}</span>', assignee)


def _clock(row: Row, now: datetime) -> SafeString:
    found = row.standing
    return clock(
        state=found.pace,
        now=now,
        due_at=found.due_at,
        soon_at=found.soon_at,
        stopped_at=found.stopped_at,
        remaining=found.remaining_s,
        used=found.used,
    )
