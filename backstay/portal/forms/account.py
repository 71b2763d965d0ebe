"""What people set about themselves."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backstay.portal.forms.filters import ZoneField

MAX_LABEL = 100
LIVES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("0", _("Until I revoke it"))]


class LocaleForm(forms.Form):
    """How a person reads."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = ZoneField(help_text=_("Every promised time is shown in it."))


class TokenForm(forms.Form):
    """A new API token."""

    label = forms.CharField(
        label=_("What is it for?"), max_length=MAX_LABEL, help_text=_("Such as: monitoring, ticket bridge.")
    )
    days = forms.ChoiceField(label=_("Valid"), choices=LIVES, initial="90")
