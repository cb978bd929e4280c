"""What every NHS component of a form takes, read from a bound field: id, name, label, hint, error, attributes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.html import format_html

from portal.nhsuk.components import joined, plain, words

Params = dict[str, Any]

# Widget attributes that speak to this template pack and never reach the page. crispy's Field() writes them with dashes.
OURS = {"class", "label-size", "label-heading", "label-hidden", "legend-size", "prefix", "suffix", "option-hints"}
OF_THE_COMPONENT = {"id", "name", "type", "value", "rows", "cols", "required", "disabled", "multiple", "checked"}
NUMBERS = {"min", "max", "step"}
# The NHS asks for hints instead of placeholders, which vanish as one types and are too pale to read.
NEVER = {"placeholder"}
AS_PARAMS = {"autocomplete", "autocapitalize", "inputmode", "pattern"}


VERBS: dict[type, str] = {
    forms.Select: "Select",
    forms.SelectMultiple: "Select",
    forms.RadioSelect: "Select",
    forms.CheckboxSelectMultiple: "Select",
    forms.CheckboxInput: "Confirm:",
    forms.FileInput: "Choose",
    forms.ClearableFileInput: "Choose",
}


def own(bound: BoundField, name: str, default: Any = "") -> Any:
    """One of the attributes of `OURS`, written with dashes or underscores."""
    attrs = bound.field.widget.attrs
    return attrs.get(name, attrs.get(name.replace("-", "_"), default))


def passed_on(bound: BoundField, *without: str) -> Params:
    """The widget's attributes that go to the page as they are (data-…, hx-…), without those a component sets itself."""
    left_out = OURS | OF_THE_COMPONENT | NEVER | {name.replace("-", "_") for name in OURS} | set(without)
    return {
        name: {"value": True, "optional": True} if value is True else plain(value)
        for name, value in bound.field.widget.attrs.items()
        if name not in left_out and value is not False and value is not None
    }


def element_id(bound: BoundField) -> str:
    """The id that label, hint and error hang on; the first input of a group carries it too."""
    return plain(bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name)


def target_id(bound: BoundField) -> str:
    """The id of the input to which the error summary leads; empty for a hidden field."""
    if bound.is_hidden:
        return ""
    return element_id(bound) + ("_day" if isinstance(bound.field.widget, forms.SelectDateWidget) else "")


def label_words(bound: BoundField) -> dict[str, str]:
    """The label; a field that may stay empty says so, unless its form has `mark_optional = False`."""
    label = bound.label or ""
    may_stay_empty = not bound.field.required and not isinstance(bound.field.widget, forms.CheckboxInput)
    if may_stay_empty and getattr(bound.form, "mark_optional", True) and "(optional)" not in label:
        label = format_html("{} (optional)", label) if hasattr(label, "__html__") else f"{label} (optional)"
    return words(label)


def messages(bound: BoundField) -> list[Any]:
    """The errors of a field; Django's own about what is missing or too long become what to do, in the field's words."""
    label = str(bound.label or "")
    # "Trust" becomes "trust"; "ODS code" stays.
    label = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    instead = f"{VERBS.get(type(bound.field.widget), 'Enter')} {label}"
    return [in_words(error, instead if label else "") for error in bound.errors.as_data()]


def in_words(error: ValidationError, instead: str) -> Any:
    message, params = error.messages[0], error.params or {}
    if message == str(forms.Field.default_error_messages["required"]) and instead:
        return instead
    if error.code == "max_length" and not isinstance(error.message, str):
        return f"Shorten this to {params['limit_value']:,} characters or fewer: it has {params['show_value']:,}"
    return message


def common(bound: BoundField, wrapper_class: str, show_errors: bool) -> Params:
    """What every component takes: name, id, label, hint, error and classes."""
    hidden = "nhsuk-u-visually-hidden" if own(bound, "label-hidden") else None
    params: Params = {
        "id": element_id(bound),
        "name": plain(bound.html_name),
        "label": {**label_words(bound), "size": plain(own(bound, "label-size", "s")), "classes": hidden},
        "classes": plain(own(bound, "class")),
        "disabled": bound.field.disabled,
        "formGroup": {"classes": plain(wrapper_class)},
    }
    if own(bound, "label-heading"):
        params["label"]["isPageHeading"] = True
    if bound.help_text:
        params["hint"] = words(bound.help_text)
    if show_errors and bound.errors:
        params["errorMessage"] = {"html": joined(messages(bound))}
    return params


def fieldset(bound: BoundField, label: Params) -> Params:
    """The label of a group of inputs, as its legend."""
    return {"legend": {**label, "size": plain(own(bound, "legend-size") or own(bound, "label-size", "s"))}}


def current(bound: BoundField) -> str:
    """The value to show in an input: what was typed, else what there was."""
    value = bound.field.widget.format_value(bound.value())
    return plain(value)
