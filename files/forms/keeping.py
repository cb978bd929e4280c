"""Forms about legal holds: set one, lift one."""

from typing import Any

from django import forms

from departments.forms.base import WordsForm
from departments.models import Department, Trust


class HoldForm(WordsForm):
    """Offers the departments of one trust, and the whole of it."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="What it covers",
        required=False,
        empty_label="The whole trust",
        error_messages={"invalid_choice": "That is not a department of this trust. Choose again."},
    )
    reason = forms.CharField(
        label="Why",
        help_text="Such as the inquiry or the claim, with its reference.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Say why nothing may be destroyed."},
    )
    mark_optional = False

    def __init__(self, *args: Any, trust: Trust, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(trust=trust)


class LiftForm(WordsForm):
    """Asks why a hold ends."""

    reason = forms.CharField(
        label="Why it can be lifted",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Say why this hold can be lifted."},
    )
