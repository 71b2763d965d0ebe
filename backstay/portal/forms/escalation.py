"""What customers fill in to ask for a manager."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backstay.escalation.rules import MAX_WORDS
from backstay.plans.catalogue import RequestUrgency, say


class EscalationForm(forms.Form):
    """How urgent it is, and why a manager is wanted."""

    urgency = forms.ChoiceField(
        label=_("How urgent is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how urgent it is.")},
    )
    reason = forms.CharField(
        label=_("Why do you ask for a manager?"),
        max_length=MAX_WORDS,
        widget=forms.Textarea,
        error_messages={"required": _("Tell the manager what is wrong.")},
    )

    def __init__(self, *args: Any, urgencies: Sequence[RequestUrgency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(urgency.key, say(urgency.label)) for urgency in urgencies]
        self.fields["urgency"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
