"""The forms of the routing pages. What may be chosen is handed in, already scoped."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backstay.conversations.choices import CHANNEL_LABELS, Channel
from backstay.routing.models import HIGHEST_LEVEL, RoutingRule

Choices = Sequence[tuple[str, str]]
CHANNELS = [(channel.value, CHANNEL_LABELS[channel]) for channel in Channel]
MAX_WEIGHT, MAX_LIMIT = 1000, 1000
LEVELS = [(str(level), str(level)) for level in range(HIGHEST_LEVEL + 1)]


class Moment(forms.DateTimeField):
    """Local time of the reader, as browsers send it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class DateInput(forms.DateInput):
    input_type = "date"


class CaseForm(forms.Form):
    """A case that is there."""

    case = forms.CharField(label=_("Number of the case"), max_length=20)


class SupposeForm(forms.Form):
    """A case that nobody has opened."""

    severity = forms.ChoiceField(label=_("Severity"))
    plan = forms.ChoiceField(
        label=_("Plan"), required=False, help_text=_("Else what the organisation is entitled to.")
    )
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    at = Moment(
        label=_("At"), required=False, help_text=_("Else now. People and their cases are those of now.")
    )

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(code, str(name)) for code, name in settings.LANGUAGES]
        for name, given in ({"language": languages} | choices).items():
            field = self.fields[name]
            empty = [] if field.required else [("", "–")]
            field.choices = [*empty, *given]  # type: ignore[attr-defined]  # choice fields, made above


class SkillForm(forms.Form):
    skill = forms.ChoiceField(label=_("Skill"))
    level = forms.ChoiceField(
        label=_("Level"), choices=LEVELS, help_text=_("0 takes it away; 5 teaches others.")
    )

    def __init__(self, *args: Any, skills: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].choices = skills  # type: ignore[attr-defined]  # a choice field, made above


class ShiftForm(forms.Form):
    pattern = forms.ChoiceField(label=_("Shift"), required=False)
    since = forms.DateField(label=_("From"), widget=DateInput)
    until = forms.DateField(label=_("Until, not included"), widget=DateInput, required=False)

    def __init__(self, *args: Any, patterns: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pattern"].choices = [("", _("No shift")), *patterns]  # type: ignore[attr-defined]  # as above


class AbsenceForm(forms.Form):
    starts_at = Moment(label=_("From"))
    ends_at = Moment(label=_("Until"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("They and team leads read it.")
    )


class CapacityForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("All channels together")), *CHANNELS], required=False
    )
    limit = forms.IntegerField(
        label=_("Most open cases"),
        min_value=0,
        max_value=MAX_LIMIT,
        required=False,
        help_text=_("By their weight; empty: as everybody."),
    )


class RuleForm(forms.ModelForm[RoutingRule]):
    class Meta:
        model = RoutingRule
        fields = ("position", "weight", "argument", "active")
        labels = {
            "position": _("Place"),
            "weight": _("Points"),
            "argument": _("Argument"),
            "active": _("Counts"),
        }


class DeskForm(forms.Form):
    assigns = forms.BooleanField(
        label=_("Assign cases to people who are available"),
        required=False,
        help_text=_("Otherwise people take cases from the queue by themselves."),
    )
    default_limit = forms.IntegerField(
        label=_("Most open cases of one person"), min_value=0, max_value=MAX_LIMIT
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel, label in CHANNELS:
            words = _("Weight of a case: %(channel)s") % {"channel": label}
            self.fields[f"weight_{channel}"] = forms.IntegerField(
                label=words, min_value=0, max_value=MAX_WEIGHT
            )

    @property
    def weights(self) -> dict[str, int]:
        """By channel; after the form was found valid."""
        return {channel: self.cleaned_data[f"weight_{channel}"] for channel, _label in CHANNELS}
