"""Forms of on-call. What may be chosen is handed in by the views, already scoped."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backstay.console.forms import ZONES
from backstay.core.scoping import Boundary
from backstay.oncall.choices import DOOR_LABELS, PURPOSE_LABELS, DoorKind
from backstay.oncall.models import Layer

Choices = Sequence[tuple[int, str]]
ZONE_CHOICES = [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in ZONES)]
LOCAL = "%Y-%m-%dT%H:%M"
DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return forms.DateTimeField(label=label, widget=widget)


class TakeOverForm(forms.Form):
    """Instants are in the reader's time zone."""

    rota = forms.TypedChoiceField(label=_("Rota"), coerce=int)
    staff = forms.TypedChoiceField(label=_("Who takes over"), coerce=int)
    starts_at = _moment(_("From"))
    ends_at = _moment(pgettext_lazy("end of a time", "To"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, rotas: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rota"].choices = rotas  # type: ignore[attr-defined]  # a choice field, made above
        self.fields["staff"].choices = people  # type: ignore[attr-defined]  # as above


class DoorForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Way"),
        choices=[(kind.value, DOOR_LABELS[kind]) for kind in DoorKind if kind is not DoorKind.PUSH],
    )
    address = forms.CharField(
        label=_("Address or number"),
        max_length=1000,
        help_text=_("An e-mail address, a phone number that begins with +, or the address of a webhook."),
    )
    label = forms.CharField(label=_("Name"), max_length=60, required=False)

    def clean_kind(self) -> DoorKind:
        return DoorKind(self.cleaned_data["kind"])


class RotaForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    around_the_clock = forms.BooleanField(
        label=_("Somebody is always on call"), help_text=_("A gap is shown as an error."), required=False
    )


class NewRotaForm(RotaForm):
    field_order = ("name", "key", "purpose", "serves", "zone", "around_the_clock")
    key = forms.SlugField(label=_("Key"), max_length=50, help_text=_("Letters and hyphens, for programs."))
    purpose = forms.ChoiceField(label=_("For"), choices=list(PURPOSE_LABELS.items()))
    serves = forms.ChoiceField(
        label=_("Pages"),
        choices=[(Boundary.OPEN, _("All but US-only")), (Boundary.US, _("US-only"))],
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=ZONE_CHOICES)


class LayerForm(forms.Form):
    """A layer; the hours of each day are optional and the same for the chosen days."""

    name = forms.CharField(label=_("Name"), max_length=100)
    zone = forms.ChoiceField(label=_("Time zone"), choices=ZONE_CHOICES)
    first_day = forms.DateField(
        label=_("The first turn begins on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hands_over_at = forms.TimeField(
        label=_("Hand-over at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    turn_days = forms.IntegerField(label=_("Days a turn takes"), min_value=1, max_value=365, initial=7)
    members = forms.CharField(
        label=_("Members, in their order"),
        widget=forms.Textarea,
        help_text=_("One name a line, as it stands in the list of staff."),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Only on these days"),
        coerce=int,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None means all."),
    )
    opens = forms.CharField(label=_("Only from"), required=False, help_text=_("Such as 08:00"))
    closes = forms.CharField(
        label=_("Only until"), required=False, help_text=_("Such as 20:00; 24:00 is midnight.")
    )

    def __init__(self, *args: Any, people: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = people

    def clean_members(self) -> list[int]:
        names = [line.strip() for line in self.cleaned_data["members"].splitlines() if line.strip()]
        unknown = [name for name in names if name not in self._people]
        if unknown:
            raise forms.ValidationError(_("Not known here: %(names)s") % {"names": ", ".join(unknown)})
        return [self._people[name] for name in names]

    @property
    def week(self) -> list[list[list[str]]] | None:
        """As LayerTerms takes it; None where nothing restricts it."""
        given = self.cleaned_data
        if not (given["days"] or given["opens"] or given["closes"]):
            return None
        window = [given["opens"] or "00:00", given["closes"] or "24:00"]
        return [[window] if day in (given["days"] or range(7)) else [] for day in range(7)]


def layer_initial(layer: Layer, names: dict[int, str]) -> dict[str, Any]:
    """What the form shows of a layer that is there."""
    week = layer.week or []
    window = next((day[0] for day in week if day), ["", ""])
    return {
        "name": layer.name,
        "zone": layer.zone,
        "first_day": layer.first_day,
        "hands_over_at": layer.hands_over_at,
        "turn_days": layer.turn_days,
        "members": "\n".join(names.get(each.staff_id, "") for each in layer.members.order_by("position")),
        "days": [number for number, day in enumerate(week) if day],
        "opens": window[0],
        "closes": window[1],
    }
