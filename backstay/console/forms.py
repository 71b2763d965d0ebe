"""The console's forms. What may be chosen is handed in by the views, already scoped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backstay.cases.choices import CRITERION_LABELS, Criterion, State
from backstay.cases.lifecycle import settable
from backstay.cases.models import Case
from backstay.console import wording
from backstay.conversations.actions import MAX_BODY
from backstay.escalation.rules import MAX_WORDS

Choices = Sequence[tuple[str, str]]
LONGEST_NUMBER = 15
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "System"))
)


def case_number(text: str) -> int:
    """A case's number as people write it, with or without its letters."""
    digits = text.strip().upper().removeprefix(settings.CASE_NUMBER_PREFIX)
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        raise forms.ValidationError(_("Write a case's number, such as 10482."))
    return int(digits)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class ReplyForm(forms.Form):
    """A public reply; `new_state` is what the case becomes with it, first what it becomes by itself."""

    body = forms.CharField(label=_("Reply"), max_length=MAX_BODY, widget=forms.Textarea, required=False)
    new_state = forms.ChoiceField(label=_("The case then is"))
    attachments = FilesField(label=_("Files"), required=False)

    def __init__(self, *args: Any, states: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_state"].choices = states  # type: ignore[attr-defined]  # a choice field, made above


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("Internal note"), max_length=MAX_BODY, widget=forms.Textarea, required=False
    )
    attachments = FilesField(label=_("Files"), required=False)


class SeverityForm(forms.Form):
    new = forms.ChoiceField(label=_("Severity"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("The customer reads it."), widget=forms.TextInput
    )

    def __init__(self, *args: Any, severities: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].choices = severities  # type: ignore[attr-defined]  # a choice field, made above


class StateForm(forms.Form):
    new = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, states: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].choices = states  # type: ignore[attr-defined]  # a choice field, made above

    def clean_new(self) -> State:
        return State(self.cleaned_data["new"])


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("The customer reads it.")
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("The customer reads it."))


class AssignForm(forms.Form):
    staff = forms.ChoiceField(label=_("Give the case to"), required=False)

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = people  # type: ignore[attr-defined]  # a choice field, made above

    def clean_staff(self) -> int | None:
        return int(self.cleaned_data["staff"]) if self.cleaned_data["staff"] else None


class HandoverForm(forms.Form):
    queue = forms.ChoiceField(label=_("Hand over to"), widget=forms.RadioSelect)
    note_text = forms.CharField(
        label=_("Note for the next"),
        max_length=10_000,
        help_text=_("What was done, and what is asked of them. The customer does not read it."),
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, queues: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].choices = queues  # type: ignore[attr-defined]  # a choice field, made above


class StaffForm(forms.Form):
    """Somebody of those who may read it."""

    staff = forms.TypedChoiceField(label=_("Who answers for it"), coerce=int)

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = people  # type: ignore[attr-defined]  # a choice field, made above


class RespiteForm(forms.Form):
    until = forms.DateField(
        label=_("Until which day?"),
        required=False,
        help_text=_(
            "From the beginning of that day on silence counts again. Leave it empty to take it back."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ClosingForm(forms.Form):
    closes_itself = forms.BooleanField(
        label=_("Close the case if the customer stays silent"),
        required=False,
        help_text=_("After reminders, as the plan says for its severity."),
    )


class LinkForm(forms.Form):
    """Another case by its number, with or without its letters."""

    number = forms.CharField(label=_("Number of the other case"), max_length=30)
    kind = forms.ChoiceField(label=_("This case is"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a choice field, made above

    def clean_number(self) -> int:
        return case_number(self.cleaned_data["number"])


class FollowUpForm(forms.Form):
    body = forms.CharField(
        label=_("What came back?"),
        max_length=MAX_BODY,
        widget=forms.Textarea,
        help_text=_("Subject, product, device and severity are carried over."),
    )


class IncidentOfCaseForm(forms.Form):
    incident = forms.TypedChoiceField(label=_("Major incident"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, incidents: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].choices = [("", _("None")), *incidents]  # type: ignore[attr-defined]  # as above


class DeclareForm(StaffForm):
    """A major incident: what customers read of it, why it is one, who answers for it."""

    field_order = ("title", "criteria", "staff", "boundary")
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("The customers of its cases read it: name none of them."),
    )
    criteria = forms.MultipleChoiceField(
        label=_("Why is it a major one?"),
        choices=[(str(each), label) for each, label in CRITERION_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    boundary = forms.ChoiceField(
        label=_("Whose cases"),
        choices=[("open", _("Cases outside of the US boundary")), ("us", _("Cases inside the US boundary"))],
        widget=forms.RadioSelect,
        initial="open",
    )

    def __init__(self, *args: Any, sides: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(sides) < 2:
            del self.fields["boundary"]

    def clean_criteria(self) -> list[Criterion]:
        return [Criterion(each) for each in self.cleaned_data["criteria"]]


class TextForm(forms.Form):
    """An update or a review of a major incident."""

    body = forms.CharField(max_length=20_000, widget=forms.Textarea)

    def __init__(self, *args: Any, label: str, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label, self.fields["body"].help_text = label, help_text


class CaseNumberForm(forms.Form):
    number = forms.CharField(label=_("Number of the case"), max_length=30)

    def clean_number(self) -> int:
        return case_number(self.cleaned_data["number"])


class SubjectMatterForm(forms.Form):
    """Product and device of a case; a device brings its product."""

    product = forms.ChoiceField(label=_("Product"), required=False)
    device = forms.ChoiceField(label=_("Device"), required=False)

    def __init__(self, *args: Any, products: Choices = (), devices: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("product", products), ("device", devices)):
            self.fields[name].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]  # as above

    def clean_product(self) -> int | None:
        return int(self.cleaned_data["product"]) if self.cleaned_data["product"] else None

    def clean_device(self) -> int | None:
        return int(self.cleaned_data["device"]) if self.cleaned_data["device"] else None


class ParticipantForm(forms.Form):
    contact = forms.TypedChoiceField(label=_("Contact"), coerce=int)

    def __init__(self, *args: Any, contacts: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = contacts  # type: ignore[attr-defined]  # a choice field, made above


class NewCaseForm(SubjectMatterForm):
    """A case that staff log on behalf of somebody; without an instant it was received now."""

    field_order = (
        "contact",
        "subject",
        "severity",
        "product",
        "device",
        "received_at",
        "body",
        "attachments",
    )
    contact = forms.TypedChoiceField(label=_("On behalf of"), coerce=int, required=False, empty_value=None)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    severity = forms.ChoiceField(label=_("Severity"), widget=forms.RadioSelect)
    received_at = forms.DateTimeField(
        label=_("Received at"),
        required=False,
        help_text=_("In your time zone. The promise counts from here; leave it empty for now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    body = forms.CharField(label=_("Description"), max_length=MAX_BODY, widget=forms.Textarea)
    attachments = FilesField(label=_("Files"), required=False)

    def __init__(self, *args: Any, contacts: Choices = (), at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        nobody = ("", _("Nobody by name"))
        self.fields["contact"].choices = [nobody, *contacts]  # type: ignore[attr-defined]  # as above

    def offer(self, severities: Choices) -> None:
        """Let one of these be chosen: which they are hangs on what the other fields say."""
        self.fields["severity"].choices = severities  # type: ignore[attr-defined]  # a choice field, made above
        if self.is_bound:
            self.full_clean()

    def clean_received_at(self) -> datetime | None:
        received: datetime | None = self.cleaned_data["received_at"]
        if received and received > self.at:
            raise forms.ValidationError(_("This lies ahead of us."))
        return received


class EscalationForm(forms.Form):
    """A manager is asked for on behalf of a customer."""

    urgency = forms.ChoiceField(label=_("How urgent is it?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why does the customer ask for a manager?"), max_length=MAX_WORDS, widget=forms.Textarea
    )

    def __init__(self, *args: Any, urgencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["urgency"].choices = urgencies  # type: ignore[attr-defined]  # a ChoiceField


class AnswerForm(forms.Form):
    """What the customer reads about their request."""

    answer = forms.CharField(label=_("What the customer reads"), max_length=MAX_WORDS, widget=forms.Textarea)


class ViewForm(forms.Form):
    """A saved view's name, and whether all may use it; `filters` is the query string that it keeps."""

    name = forms.CharField(label=_("Name"), max_length=60)
    filters = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)
    shared = forms.BooleanField(label=_("Everybody may use it"), required=False)


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)


class LocaleForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in ZONES)],
        help_text=_("Every time that you read or enter is in this zone."),
    )


class TokenForm(forms.Form):
    label = forms.CharField(label=_("What is it for?"), max_length=100)
    days = forms.TypedChoiceField(
        label=_("It works for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        initial=90,
    )


def state_choices(case: Case, *, with_message: bool) -> Choices:
    """Which states staff may choose from here; what tells the customer something goes with a message."""
    return [
        (str(step.new), wording.state_label(step.new))
        for step in settable(State(case.state))
        if with_message or not step.with_message
    ]
