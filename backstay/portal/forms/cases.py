"""What customers fill in about cases."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backstay.accounts.models import Contact, Organisation
from backstay.assets.models import Device
from backstay.cases.actions.opening import MAX_SUBJECT
from backstay.conversations.actions import MAX_BODY
from backstay.plans.catalogue import Severity, say
from backstay.portal.forms.files import FilesField, WithFiles
from backstay.products import queries as products
from backstay.products.models import Product, ProductVersion

MAX_REASON = 2000
EMPTY = ("", "–")


def severity_field(severities: tuple[Severity, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("How severe is it?"),
        choices=[(severity.key, say(severity.label)) for severity in severities],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how severe it is; you can change it later.")},
    )


def versions_by_product(product_id: int | None) -> list[Any]:
    """Choices of a select: the versions of one product, or of all, each under its product."""
    rows = ProductVersion.objects.select_related("product").order_by("product__name", "-released_on", "-id")
    groups: dict[str, list[tuple[int, str]]] = {}
    for row in rows.filter(product=product_id) if product_id else rows:
        groups.setdefault(row.product.name, []).append((row.pk, row.name))
    return [EMPTY, *groups.items()]


class NewCaseForm(WithFiles):
    """What a new case needs. `organisations` are those that the viewer may open cases for."""

    organisation = forms.TypedChoiceField(label=_("For which organisation?"), coerce=int)
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False, empty_label="–"
    )
    version = forms.TypedChoiceField(label=_("Version"), required=False, coerce=int, empty_value=None)
    serial = forms.CharField(
        label=_("Device"),
        required=False,
        max_length=100,
        help_text=_("Its serial number: choose one of yours, or type it."),
    )
    severity = forms.ChoiceField()
    subject = forms.CharField(label=_("What happened?"), max_length=MAX_SUBJECT)
    body = forms.CharField(
        label=_("Description"),
        max_length=MAX_BODY,
        widget=forms.Textarea,
        help_text=_("What you see, since when, and what you have tried. You may use Markdown."),
    )
    attachments = FilesField()

    def __init__(
        self,
        *args: Any,
        organisations: list[Organisation],
        devices: list[Device],
        severities: tuple[Severity, ...],
        product_id: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.devices = {device.serial: device for device in devices}
        self.fields["severity"] = severity_field(severities)
        self.fields["product"].queryset = products.products()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["version"].choices = versions_by_product(product_id)  # type: ignore[attr-defined]  # a choice field
        self.fields["serial"].widget.attrs |= {
            "list": "devices",
            "autocomplete": "off",
            "spellcheck": "false",
        }
        for name in ("organisation", "product"):
            self.fields[name].widget.attrs |= {
                "hx-get": reverse("portal:new_case"),
                "hx-include": "#asked",
                "hx-target": "#subject-matter",
                "hx-swap": "outerHTML",
            }
        if len(organisations) == 1:
            del self.fields["organisation"]
        else:
            choices = [(organisation.pk, organisation.name) for organisation in organisations]
            self.fields["organisation"].choices = choices  # type: ignore[attr-defined]  # as above

    def clean_serial(self) -> Device | None:
        serial: str = self.cleaned_data["serial"].strip().upper()
        if not serial:
            return None
        if serial not in self.devices:
            raise forms.ValidationError(
                gettext(
                    "We know no device of yours with this serial number. Correct it, or leave it out here "
                    "and name it in the description."
                )
            )
        return self.devices[serial]

    def clean(self) -> dict[str, Any]:
        """Product, version and device must speak of the same thing; what is known fills what was left out."""
        facts = super().clean()
        device, product, version = facts.get("serial"), facts.get("product"), self._version()
        if device is not None and product not in {None, device.product}:
            self.add_error("product", gettext("This device is another product."))
        product_id = device.product_id if device else (product.pk if product else None)
        if version is not None and product_id not in {None, version.product_id}:
            self.add_error("version", gettext("This version belongs to another product."))
        if device is not None and version is None:
            version = device.version
        facts["product_id"] = product_id or (version.product_id if version else None)
        facts["version_id"] = version.pk if version else None
        return facts

    def _version(self) -> ProductVersion | None:
        return ProductVersion.objects.filter(pk=self.cleaned_data.get("version") or 0).first()


class ReplyForm(WithFiles):
    """A message, or files, or both."""

    body = forms.CharField(
        label=_("Your reply"),
        max_length=MAX_BODY,
        required=False,
        widget=forms.Textarea,
        help_text=_("You may use Markdown."),
    )
    attachments = FilesField()

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if not self.errors and not facts["body"] and not self.received.files:
            self.add_error("body", gettext("Write something, or attach a file."))
        return facts


class ReasonForm(forms.Form):
    """Why a case is closed or opened again. `seen` is the version of the case that the sender looked at."""

    reason = forms.CharField(label=_("Why?"), max_length=MAX_REASON, widget=forms.Textarea)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_needed


class SeverityForm(ReasonForm):
    """Another severity, with its reason."""

    severity = forms.ChoiceField()
    field_order = ["severity", "reason", "seen"]

    def __init__(self, *args: Any, severities: tuple[Severity, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"] = severity_field(severities)

    def clean_severity(self) -> str:
        severity: str = self.cleaned_data["severity"]
        if severity == self.initial.get("severity"):
            raise forms.ValidationError(gettext("The case has this severity already."))
        return severity


class MoreTimeForm(forms.Form):
    """Until when silence shall not count. `seen` is the version of the case that the sender looked at."""

    until = forms.DateField(
        label=_("Until which day?"),
        help_text=_("From the beginning of that day on we wait for you as before."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ParticipantForm(forms.Form):
    """Somebody of the case's organisation who shall follow it."""

    contact = forms.ModelChoiceField(label=_("Colleague"), queryset=Contact.objects.none(), empty_label="–")

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]  # a ModelChoiceField
