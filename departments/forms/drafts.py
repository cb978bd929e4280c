"""Checks what a page sends by itself as the draft of a form."""

from typing import Any

from django import forms

DRAFT_MAX_CHARACTERS = 256 * 1024


class DraftForm(forms.Form):
    """`values` is JSON: a text or a list of choices by field; null gives the draft up. `page` tells pages apart."""

    path = forms.CharField(max_length=300)
    name = forms.CharField(max_length=100)
    version = forms.CharField(max_length=20, required=False)
    page = forms.CharField(max_length=40, required=False)
    values = forms.JSONField(required=False)

    def clean_values(self) -> dict[str, Any] | None:
        values = self.cleaned_data["values"]
        if values is None:
            return None
        if not isinstance(values, dict) or not all(is_typed(value) for value in values.values()):
            raise forms.ValidationError("A draft is a text or a list of choices for each field.")
        if sum(len(part) for value in values.values() for part in value) > DRAFT_MAX_CHARACTERS:
            raise forms.ValidationError("This is too long to keep as a draft. Shorten it, or send it now.")
        return {name.replace("\0", ""): without_null(value) for name, value in values.items()}


def is_typed(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def without_null(value: str | list[str]) -> str | list[str]:
    """PostgreSQL keeps no null character, which nobody types."""
    return value.replace("\0", "") if isinstance(value, str) else [one.replace("\0", "") for one in value]
