"""What people ask for in an address: filters of lists, the advisor's questions, whose time is shown."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backstay.cases.choices import CUSTOMER_STATE_LABELS
from backstay.plans import advisor
from backstay.plans.advisor import Answers
from backstay.plans.catalogue import Catalogue, say
from backstay.products import queries as products
from backstay.products.models import Product
from backstay.ui.wording import CITIES

HOUR_S = 3600
NOT_CLOSED, ANY = "", "any"


class CaseFilter(forms.Form):
    """Narrows a list of cases; what makes no sense narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (NOT_CLOSED, _("All but closed")),
            *((state.value, label) for state, label in CUSTOMER_STATE_LABELS.items()),
            (ANY, pgettext_lazy("case state", "Any")),
        ],
    )
    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=pgettext_lazy("product", "Any"),
    )
    text = forms.CharField(
        label=_("Words, number or serial number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products.products()  # type: ignore[attr-defined]  # a ModelChoiceField


def zones() -> list[Any]:
    """Choices of a select: the zones of the world by area."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        area, slash, place = zone.partition("/")
        if slash and area not in {"Etc", "SystemV", "posix", "right"}:
            label = str(CITIES[zone]) if zone in CITIES else place.replace("_", " ")
            areas.setdefault(area, []).append((zone, label))
    return [("UTC", "UTC"), *areas.items()]


class ZoneField(forms.ChoiceField):
    """A time zone of the world."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Time zone"), choices=zones, **kwargs)


class PlansFilter(forms.Form):
    """From where support is given, and in whose time the week is shown."""

    region = forms.ChoiceField(label=_("Support region"), required=False)
    zone = ZoneField(required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, is_signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [  # type: ignore[attr-defined]  # a choice field
            (region.key, say(region.name)) for region in catalogue.regions.values()
        ]
        if is_signed_in:
            del self.fields["zone"]


class AdvisorForm(forms.Form):
    """The advisor's questions; leaving one out says that it does not matter."""

    around_the_clock = forms.BooleanField(
        label=_("People must answer around the clock, weekends included"), required=False
    )
    channels = forms.MultipleChoiceField(
        label=_("How do you want to reach us, besides cases?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    within = forms.ChoiceField(
        label=_("How soon must somebody answer when production is down?"),
        required=False,
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label=_("Where should support be given from?"), required=False, widget=forms.RadioSelect
    )
    us_only = forms.BooleanField(label=_("Only US citizens on US soil may work on our cases"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whatever = ("", gettext("It does not matter"))
        times = [(str(seconds), _within(seconds)) for seconds in advisor.response_times(catalogue)]
        regions = [(region.key, say(region.name)) for region in catalogue.regions.values()]
        channels = [(channel.key, say(channel.label)) for channel in advisor.channels_to_ask_about(catalogue)]
        self.fields["within"].choices = [*times, whatever]  # type: ignore[attr-defined]  # a choice field
        self.fields["region"].choices = [*regions, whatever]  # type: ignore[attr-defined]  # as above
        self.fields["channels"].choices = channels  # type: ignore[attr-defined]  # as above

    @property
    def answers(self) -> Answers:
        """What was answered; a wrong answer counts as none."""
        self.full_clean()
        facts = self.cleaned_data
        return Answers(
            around_the_clock=facts.get("around_the_clock", False),
            channels=frozenset(facts.get("channels", [])),
            us_only=facts.get("us_only", False),
            blocker_within_s=int(facts["within"]) if facts.get("within") else None,
            region=facts.get("region") or None,
        )


def _within(seconds: int) -> str:
    if seconds % HOUR_S:
        count = seconds // 60
        return ngettext("Within %(count)d minute", "Within %(count)d minutes", count) % {"count": count}
    count = seconds // HOUR_S
    return ngettext("Within %(count)d hour", "Within %(count)d hours", count) % {"count": count}
