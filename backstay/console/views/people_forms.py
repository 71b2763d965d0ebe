"""The forms of the people's pages and of the boundary's log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backstay.accounts.actions import Proven, Stay
from backstay.accounts.choices import FACT_LABELS, PROOF_LABELS, Fact, Proof
from backstay.accounts.queries import LogFilter
from backstay.accounts.residency import HOME

MOMENT = {"type": "datetime-local"}
SHOWN_FOR = timedelta(days=30)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _country(**given: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Country"),
        max_length=2,
        help_text=_("Its two letters, such as US or RO. Only US counts as the United States."),
        **given,
    )


class AttestForm(forms.Form):
    """That proof was seen. The document itself is not kept: no number, no copy."""

    fact = forms.ChoiceField(label=_("Fact"), choices=list(FACT_LABELS.items()))
    method = forms.ChoiceField(label=_("What was seen"), choices=list(PROOF_LABELS.items()))
    verified_by = forms.CharField(label=_("Seen by"), max_length=120)
    attested_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}))
    expires_on = forms.DateField(
        label=_("Counts until the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def proven(self) -> Proven:
        given = self.cleaned_data
        return Proven(
            fact=Fact(given["fact"]),
            verified_by=given["verified_by"],
            method=Proof(given["method"]),
            attested_on=given["attested_on"],
            expires_at=_midnight(given["expires_on"] + timedelta(days=1)),
        )


class LocationForm(forms.Form):
    country = _country(initial=HOME)
    starts_at = forms.DateTimeField(
        label=_("From"),
        required=False,
        help_text=_("In your time zone; leave it empty for now."),
        widget=forms.DateTimeInput(attrs=MOMENT),
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        help_text=_("Leave it empty for until further notice."),
        widget=forms.DateTimeInput(attrs=MOMENT),
    )

    def stay(self, *, at: datetime) -> Stay:
        given = self.cleaned_data
        return Stay(country=given["country"], starts_at=given["starts_at"] or at, ends_at=given["ends_at"])


class NetworkForm(forms.Form):
    cidr = forms.CharField(
        label=_("Addresses"), max_length=50, help_text=_("A range such as 192.0.2.0/24 or 2001:db8::/32.")
    )
    country = _country()
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Such as the office's town."))


class LogForm(forms.Form):
    """What the report tells of; `case` is a number as people write it."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    person = forms.CharField(label=_("Person"), required=False, max_length=100)
    case = forms.CharField(label=_("Case"), required=False, max_length=30)
    refused = forms.BooleanField(label=_("Only refused"), required=False)

    def asked(self, *, subject: str, at: datetime) -> LogFilter:
        """Both days included; without any, the last thirty days."""
        given = self.cleaned_data
        return LogFilter(
            since=_midnight(given["since"]) if given["since"] else at - SHOWN_FOR,
            until=_midnight(given["until"] + timedelta(days=1)) if given["until"] else at + timedelta(days=1),
            person=given["person"].replace("\0", ""),
            subject=subject,
            only_refused=given["refused"],
        )
