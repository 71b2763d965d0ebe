"""The examples of every component, defined once: the gallery's, the tests' and axe's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from textwrap import dedent
from typing import Any

from django import forms
from django.template import engines

from backstay.ui.inputs import (
    ChoiceDetail,
    Crumb,
    MatrixCell,
    MatrixGroup,
    MatrixRow,
    Span,
    SpanKind,
    Tab,
    WeekRow,
)

NOW = datetime(2026, 4, 18, 10, 53, tzinfo=UTC)  # a Saturday, 13:53 in Bucharest
ZONE = "Europe/Bucharest"
WEEK = date(2026, 4, 13)


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One use of a component: its tags, the text as a page would write it, and what the page hands in."""

    name: str
    source: str
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The source without the indent that it has here."""
        return dedent(self.source).strip()

    def html(self) -> str:
        """The example drawn, with the gallery's fixed present."""
        template = engines["django"].from_string(self.text)
        return template.render({"now": NOW, "zone": ZONE} | self.context)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    title: str
    examples: Sequence[Example]


def sections() -> list[Section]:
    """The gallery in its order."""
    return [
        Section(title="Time", examples=_time()),
        Section(title="Marks", examples=_marks()),
        Section(title="Actions", examples=_actions()),
        Section(title="Frames", examples=_frames()),
        Section(title="Talk", examples=_talk()),
        Section(title="Forms", examples=_forms()),
        Section(title="Tables", examples=_tables()),
        Section(title="Navigation", examples=_navigation()),
    ]


def _clock(state: str, inputs: str = "", **context: Any) -> Example:
    source = f'{{% clock state="{state}" now=now timezone=zone {inputs} %}}'.replace("  ", " ")
    return Example(name=f"clock: {state}", source=source, context=context)


def _minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def _time() -> list[Example]:
    running = 'due_at=due used=used what="first response"'
    return [
        _clock("easy", running, due=_minutes(156), used=0.35),
        _clock("soon", running + " soon_at=soon", due=_minutes(12), used=0.8, soon=_minutes(-3)),
        _clock("late", running, due=_minutes(-4), used=1.0),
        _clock("kept", 'stopped_at=stopped what="first response"', stopped=_minutes(-171)),
        _clock("paused", 'remaining=4800 used=0.4 what="waiting on customer"'),
        _clock("none"),
        Example(
            name="promise",
            source="""
                {% promise due_at=due now=now timezone=zone reason="1 hour, Platinum, severity S1." %}""",
            context={"due": _minutes(72)},
        ),
        Example(
            name="clock_strip",
            source='{% clock_strip spans=spans title="First response" due_at=due now=now timezone=zone %}',
            context={"spans": spans(), "due": spans()[-1].end},
        ),
        Example(
            name="week_strip",
            source='{% week_strip rows=rows week=week title="Silver, this week" timezone=zone %}',
            context={"rows": week_rows(), "week": WEEK},
        ),
        Example(
            name="channel",
            source="""
                {% channel label="Cases" state="open" now=now timezone=zone %}
                {% channel label="Phone" state="open" changes_at=closes now=now timezone=zone %}
                {% channel label="Live chat" state="shut" changes_at=opens now=now timezone=zone %}
                {% channel label="Chatbot" state="not_connected" now=now %}
                {% channel label="Visits" state="not_in_plan" now=now note="Part of Platinum." %}""",
            context={"closes": _minutes(367), "opens": _minutes(2047)},
        ),
        Example(
            name="instant",
            source="""
                {% instant at=now timezone=zone %},
                {% instant at=now now=now timezone=zone %}""",
        ),
    ]


def spans() -> list[Span]:
    """A Friday evening's case: counted, paused, a weekend skipped, counted to its due instant."""
    friday = datetime(2026, 4, 17, 15, 30, tzinfo=UTC)
    steps = (
        (0, 42, SpanKind.COUNTED, ""),
        (42, 60, SpanKind.PAUSED, "waiting on customer"),
        (60, 90, SpanKind.COUNTED, ""),
        (90, 3810, SpanKind.SKIPPED, "outside Mon–Fri 08:00–20:00"),
        (3810, 3978, SpanKind.COUNTED, ""),
    )
    return [
        Span(
            start=friday + timedelta(minutes=start),
            end=friday + timedelta(minutes=end),
            kind=kind,
            note=note,
        )
        for start, end, kind, note in steps
    ]


def week_rows() -> list[WeekRow]:
    """Twelve hours on weekdays, and around the clock."""
    first = datetime(2026, 4, 13, 5, tzinfo=UTC)
    weekdays = [(first + timedelta(days=day), first + timedelta(days=day, hours=12)) for day in range(5)]
    return [
        WeekRow(label="Cases", stretches=weekdays),
        WeekRow(label="Chatbot", stretches=[(first - timedelta(days=9), first + timedelta(days=30))]),
    ]


def _marks() -> list[Example]:
    return [
        Example(
            name="severity",
            source="""
                {% severity code="S1" title="production is down" %}
                {% severity code="S2" %} {% severity code="S3" %} {% severity code="S4" %}""",
        ),
        Example(
            name="tag",
            source="""
                {% tag label="bundle-0413.tgz · 212 MB" icon="paperclip" %}
                {% tag label="Level 2" kind="accent" %} {% tag label="ends in 9 days" kind="warn" %}
                {% tag label="breached" kind="late" %} {% tag label="scanned" kind="kept" icon="check" %}""",
        ),
        Example(name="bound", source="{% bound %}"),
        Example(
            name="presence",
            source="""
                {% presence name="Dana Ionescu" %}
                {% presence name="Chris Lee" doing="typing" %}""",
        ),
        Example(name="avatar", source='{% avatar name="Ana Marin" %} Ana Marin'),
        Example(name="kbd", source='{% kbd keys="g q" %} {% kbd keys="Ctrl+K" %}'),
        Example(
            name="icon",
            source="""
                {% icon name="shield" size=20 label="Protected" %}
                {% icon name="phone" size=20 %} Phone""",
        ),
    ]


def _actions() -> list[Example]:
    return [
        Example(
            name="button",
            source="""
                {% actions %}
                {% button label="Reply" kind="primary" key="r" type="button" %}
                {% button label="Internal note" icon="lock" type="button" %}
                {% button label="Close case" kind="danger" type="button" %}
                {% button label="Discard" kind="quiet" type="button" %}
                {% button label="Star" icon="star" icon_only=True type="button" %}
                {% button label="Merge" disabled=True type="button" %}
                {% endactions %}""",
        ),
        Example(
            name="link_button",
            source="""
                {% link_button label="New case" href="#new" kind="primary" icon="plus" command="New case" %}""",
        ),
        Example(
            name="menu",
            source="""
                {% menu label="Macros" icon="zap" %}
                <button type="button">Ask for the log bundle</button>
                <a href="#all">All macros</a>
                {% endmenu %}""",
        ),
        Example(
            name="dialog",
            source="""
                {% button label="Change severity" opens="severity-dialog" %}
                {% dialog id="severity-dialog" title="Change severity" %}
                <p>The customer is told, with your reason.</p>
                {% enddialog %}""",
        ),
    ]


def _frames() -> list[Example]:
    return [
        Example(
            name="panel, facts",
            source="""
                {% panel title="Meridian Energy" %}{% facts %}
                {% fact term="Plan" value="Platinum to 31 March 2027" %}
                {% fact term="Partner" value="" %}
                <dt>Devices</dt><dd><a href="#d">MG-88213</a>, Gateway 5.14</dd>
                {% endfacts %}{% endpanel %}""",
        ),
        Example(
            name="heading",
            source="""
                {% heading title="Gateway drops mail" subtitle="BS-10482 · opened 12:58 EEST" level=2 %}
                {% button label="Assign to me" key="a" type="button" %}
                {% endheading %}""",
        ),
        Example(
            name="notice",
            source="""
                <div class="stack">
                {% notice title="Accepted without a promise." %}Your contract ended.{% endnotice %}
                {% notice kind="warn" %}Somebody else changed this case meanwhile.{% endnotice %}
                {% notice kind="late" title="Breached." %}It was due at 13:49 EEST.{% endnotice %}
                {% notice kind="kept" %}Your case is in.{% endnotice %}
                </div>""",
        ),
        Example(
            name="empty_state",
            source="""
                {% empty_state title="No case waits for you" %}
                <p>Take one from the unassigned.</p>
                {% link_button label="Unassigned" href="#unassigned" %}
                {% endempty_state %}""",
        ),
    ]


def _talk() -> list[Example]:
    context = {"opened": _minutes(-55)}
    return [
        Example(
            name="message",
            source="""
                {% message author="Ana Marin" role="Meridian Energy" at=opened now=now timezone=zone %}
                <p>Since the update nothing gets in. Port 25 answers, then resets.</p>
                {% endmessage %}
                {% message author="Dana Ionescu" role="Support" side="us" at=now now=now timezone=zone %}
                <p>We see the resets in your log: the new TLS policy refuses the old cipher.</p>
                {% endmessage %}""",
            context=context,
        ),
        Example(
            name="note",
            source="""
                {% note author="Dana Ionescu" at=opened now=now timezone=zone %}
                <p>Same trace as BS-10377. <b>@Chris</b> can you confirm the rollback path?</p>
                {% endnote %}""",
            context=context,
        ),
        Example(
            name="entry",
            source="""
                <ol class="history">
                {% entry icon="user-check" at=opened now=now timezone=zone %}
                Assigned to <b>Dana Ionescu</b>
                {% endentry %}
                {% entry icon="arrow-up" at=now now=now timezone=zone %}
                Severity raised from S2 to S1: two clusters are down
                {% endentry %}
                </ol>""",
            context=context,
        ),
    ]


class SampleForm(forms.Form):
    """One field of each kind."""

    subject = forms.CharField(label="What happened?", help_text="One sentence, as said on the phone.")
    severity = forms.ChoiceField(
        label="How bad is it?",
        choices=[("S1", "Production is down"), ("S2", "Production is badly hurt"), ("S4", "A question")],
        widget=forms.RadioSelect,
    )
    device = forms.ChoiceField(label="Device", choices=[("", "None"), ("1", "MG-88213")], required=False)
    description = forms.CharField(label="Description", widget=forms.Textarea, required=False)
    files = forms.FileField(label="Files", required=False, help_text="Up to 1 GB each.")
    copy = forms.BooleanField(label="Send me a copy by e-mail", required=False)
    topics = forms.MultipleChoiceField(
        label="Topics",
        choices=[("mail", "Mail"), ("web", "Web")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


DETAILS = {
    "S1": ChoiceDetail(severity="S1", description="Nothing works and there is no workaround."),
    "S2": ChoiceDetail(severity="S2", description="It works in part, without an acceptable workaround."),
    "S4": ChoiceDetail(severity="S4", description="No effect on production."),
}


def _forms() -> list[Example]:
    wrong = SampleForm({"subject": "", "severity": "", "device": ""}, auto_id="wrong_%s")
    return [
        Example(
            name="field",
            source="{% for bound in form %}{% field bound=bound details=details rows=3 %}{% endfor %}",
            context={"form": SampleForm(auto_id="sample_%s"), "details": DETAILS},
        ),
        Example(
            name="error_summary, form_key",
            source="""
                <form method="post" novalidate>
                {% error_summary form=form focus=False %}{% form_key %}
                {% field bound=form.subject %}{% field bound=form.severity details=details %}
                {% actions %}{% button label="Send" kind="primary" type="button" %}{% endactions %}
                </form>""",
            context={"form": wrong, "details": DETAILS},
        ),
    ]


QUEUE = """
    {% data_table caption="Cases by next promise" rows=True %}
    <thead><tr>
    {% column label="Severity" hidden=True narrow=True %}
    {% column label="Case" href="?sort=number" sort="none" %}
    {% column label="Next promise" href="?sort=-due" sort="ascending" narrow=True %}
    </tr></thead>
    <tbody>{% for row in rows %}<tr data-row>
    <td>{% severity code=row.code %}</td>
    <td><a class="row-title" id="row-{{ row.code }}" href="#case">{{ row.title }}</a>
    <span class="row-meta">{{ row.meta }}{% if row.bound %} · {% bound %}{% endif %}</span></td>
    <td>{% clock state=row.state now=now due_at=row.due used=row.used timezone=zone %}</td>
    </tr>{% endfor %}</tbody>
    {% enddata_table %}"""


def queue_rows() -> list[dict[str, Any]]:
    keys = ("code", "title", "meta", "bound", "state", "due", "used")
    rows = (
        ("S1", "Gateway drops all mail", "BS-10482 · Meridian Energy", False, "soon", _minutes(12), 0.8),
        ("S2", "Kiosk 3 will not boot", "BS-10488 · Harbour Freight", False, "late", _minutes(-4), 1),
        ("S3", "Report shows wrong zone", "BS-10431 · Sandia Water", True, "easy", _minutes(156), 0.35),
    )
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _tables() -> list[Example]:
    return [
        Example(name="data_table, column", source=QUEUE, context={"rows": queue_rows()}),
        Example(
            name="pagination",
            source='{% pagination newer="?before=9" older="?after=1" label="Cases" %}',
        ),
        Example(
            name="matrix",
            source='{% matrix caption="Support plans" columns=columns groups=groups %}',
            context={"columns": ["Silver", "Gold", "Platinum"], "groups": matrix_groups()},
        ),
    ]


def matrix_groups() -> list[MatrixGroup]:
    response = ["within 4 hours", "within 2 hours", "within 1 hour"]
    hours = [MatrixCell(text="not included", included=False), *[MatrixCell(text="24 h, business days")] * 2]
    chat = MatrixRow(label="Live agent chat", cells=hours)
    blocker = MatrixRow(
        label="Blocker", severities=("S1", "S2"), cells=[MatrixCell(text=text) for text in response]
    )
    return [
        MatrixGroup(title="Support hours", rows=[chat]),
        MatrixGroup(title="Initial response time", rows=[blocker]),
    ]


def _navigation() -> list[Example]:
    tabs = [
        Tab(label="Conversation", href="#conversation", current=True, count="12"),
        Tab(label="History", href="#history"),
    ]
    return [
        Example(name="tabs", source='{% tabs label="Case" items=items %}', context={"items": tabs}),
        Example(
            name="crumbs",
            source='{% crumbs items=items current="BS-10482" %}',
            context={"items": [Crumb(label="My cases", href="#cases")]},
        ),
        Example(
            name="rail_link",
            source="""
                <nav class="rail-links" aria-label="Queues">
                {% rail_link label="At risk" href="#risk" icon="flame" count=3 urgent=True current=True %}
                {% rail_link label="Mine" href="#mine" icon="user" count=11 %}
                {% rail_link label="Plans" href="#plans" %}
                </nav>""",
        ),
        Example(
            name="bar_link",
            source="""
                <nav class="bar-links" aria-label="Portal"><ul>
                {% bar_link label="My cases" href="#c" current=True %}
                {% bar_link label="Plans" href="#p" %}
                </ul></nav>""",
        ),
        Example(name="languages", source="{% languages %}"),
    ]
