"""Forms: a Django bound field with its label, help and error; the error summary."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField

from backstay.ui.inputs import ChoiceDetail

register = template.Library()
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("ui/kit/field.html", name="field")
def field(
    *,
    bound: BoundField,
    details: Mapping[str, ChoiceDetail] | None = None,
    rows: int = 0,
    placeholder: str = "",
    hide_label: bool = False,
) -> dict[str, Any]:
    """A bound field of any kind: text, text area, select, radios, check box, file.

    `details` gives radio buttons a sentence and a severity badge each, by their value. What the widget
    says of itself (autocomplete, inputmode, data-...) is kept.
    """
    extra: dict[str, Any] = {"placeholder": placeholder} if placeholder else {}
    if rows and isinstance(bound.field.widget, forms.Textarea):
        extra["rows"] = rows
    return {
        "bound": bound,
        "kind": _kind(bound.field.widget),
        "control": bound.as_widget(attrs=extra) if not isinstance(bound.field.widget, GROUPS) else "",
        "choices": _choices(bound, details or {}) if isinstance(bound.field.widget, GROUPS) else [],
        "hide_label": hide_label,
        "optional": not bound.field.required and not isinstance(bound.field.widget, forms.CheckboxInput),
    }


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, GROUPS):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"


def _choices(bound: BoundField, details: Mapping[str, ChoiceDetail]) -> list[dict[str, Any]]:
    """Each button with its own id, and the id of the sentence that describes it."""
    return [
        {
            "button": choice.tag(),
            "id": choice.id_for_label,
            "label": choice.choice_label,
            "detail": details.get(str(choice.data["value"]), ChoiceDetail()),
        }
        for choice in bound.subwidgets
        if str(choice.data["value"]) or bound.field.required is False
    ]


@register.inclusion_tag("ui/kit/error_summary.html", name="error_summary")
def error_summary(*, form: BaseForm, focus: bool = True) -> dict[str, Any]:
    """What is wrong, each item leading to its field. It takes the focus; answer with status 422."""
    items = [
        {
            "target": _target(form, name),
            "label": form[name].label if name in form.fields else "",
            "text": text,
        }
        for name, texts in form.errors.items()
        for text in texts
    ]
    return {"items": items, "focus": focus}


def _target(form: BaseForm, name: str) -> str:
    """The id of the control; a group of buttons has none of its own, so its first button."""
    if name not in form.fields:
        return ""
    bound = form[name]
    return bound.id_for_label or (bound.subwidgets[0].id_for_label if bound.subwidgets else "")
