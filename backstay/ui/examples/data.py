from typing import Any

from django import forms

from backstay.ui.examples.base import Example, minutes
from backstay.ui.inputs import (
    ChoiceDetail,
    Diagram,
    DiagramEdge,
    DiagramNode,
    MatrixCell,
    MatrixGroup,
    MatrixRow,
)


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
    attachments = forms.FileField(label="Files", required=False, help_text="Up to 1 GB each.")
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


def all_forms() -> list[Example]:
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
        ("S1", "Gateway drops all mail", "BS-10482 · Meridian Energy", False, "soon", minutes(12), 0.8),
        ("S2", "Kiosk 3 will not boot", "BS-10488 · Harbour Freight", False, "late", minutes(-4), 1),
        ("S3", "Report shows wrong zone", "BS-10431 · Sandia Water", True, "easy", minutes(156), 0.35),
    )
    return [dict(zip(keys, row, strict=True)) for row in rows]


def tables() -> list[Example]:
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
        Example(
            name="diagram",
            source='{% diagram picture=picture id="parcel" %}',
            context={"picture": parcel()},
        ),
    ]


def parcel() -> Diagram:
    """The way of a parcel: a picture of states that has nothing to do with support."""
    return Diagram(
        title="The way of a parcel",
        description="Three states and what leads from each to each.",
        frame_key="under_way",
        frame_label="Under way",
        nodes=[
            DiagramNode(key="packed", label="Packed"),
            DiagramNode(key="sent", label="Sent", kind="accent", note="tracked"),
            DiagramNode(key="held", label="Held at customs", kind="warn"),
        ],
        end=DiagramNode(key="there", label="Delivered", kind="kept"),
        edges=[
            DiagramEdge(sources=("packed", "held"), targets=("sent",), label="Hand over", before=True),
            DiagramEdge(sources=("sent",), targets=("held",), label="Stop", who="Customs", kind="warn"),
            DiagramEdge(sources=("under_way",), targets=("there",), label="Deliver", who="The carrier"),
            DiagramEdge(sources=("there",), targets=("packed",), label="Send back", who="The customer"),
        ],
    )


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
