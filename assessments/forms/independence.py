"""Whether an assessor is independent: what they declare, and why a certifier lets them go on."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from assessments.forms.words import SMALL, WordsField, helper

YES_NO = (("yes", "Yes"), ("no", "No"))


def truth(answer: str) -> bool:
    return answer == "yes"


class DeclarationForm(forms.Form):
    """Work at the trust, relationships and money, each asked plainly, and the signature."""

    worked_there = forms.TypedChoiceField(
        label="Have you ever worked at this trust?",
        choices=YES_NO,
        coerce=truth,
        widget=forms.RadioSelect(attrs=SMALL),
        help_text="As an employee, on a bank or agency contract, as a contractor or on secondment.",
        error_messages={"required": "Say whether you have ever worked at this trust."},
    )
    worked_until = forms.DateField(
        label="When your work there ended",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Only if you have worked there. Empty: you work there now.",
    )
    has_interest = forms.TypedChoiceField(
        label="Is there a relationship or a financial interest that others might see as a conflict?",
        choices=YES_NO,
        coerce=truth,
        widget=forms.RadioSelect(attrs=SMALL),
        help_text="A relative or a friend there, treatment that you have there now, shares, fees or gifts.",
        error_messages={"required": "Say whether there is such a relationship or interest."},
    )
    details = WordsField(
        label="What it is",
        rows=4,
        required=False,
        help_text="The certifier reads this, and the award report shows it. Name no patient.",
    )
    signed_name = forms.CharField(
        label="Your full name, as your signature",
        max_length=200,
        help_text="You cannot change the declaration once it is signed.",
        error_messages={"required": "Type your name to sign."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()

    def clean_worked_until(self) -> date | None:
        day: date | None = self.cleaned_data["worked_until"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("This day is still to come. Leave it empty if you work there now.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("has_interest") and not cleaned.get("details", "").strip():
            self.add_error("details", "Say what the relationship or interest is.")
        return cleaned


class OverrideForm(forms.Form):
    """Why an assessor can go on although they declared a conflict."""

    reason = WordsField(
        label="Why they can assess all the same",
        rows=4,
        help_text="The award report shows it.",
        error_messages={"required": "Say why they can assess all the same: the report shows it."},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()
