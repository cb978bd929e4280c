"""What moves an assessment on: opening it, giving it an assessor, giving it back."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from assessments.forms.words import WordsField, helper
from assessments.models import Assessment
from assessments.services.cycle import possible_assessors, standing_against
from assessments.services.renewal import Next
from assessments.workflow import Kind
from departments.models import User


class OpenForm(forms.Form):
    """A new assessment of a department."""

    kind = forms.ChoiceField(label="Which assessment is this?", choices=Kind, widget=forms.RadioSelect)
    title = forms.CharField(
        label="What you call it", max_length=100, help_text="For example, “Recertification 2026”. The report shows it."
    )
    due_on = forms.DateField(
        label="When you mean to submit it",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Everybody who works on it sees this date.",
    )

    def __init__(self, data: Any = None, *, proposed: Next | None = None) -> None:
        shown: dict[str, Any] = {}
        if proposed:
            due_on = proposed.due_on if proposed.due_on >= timezone.localdate() else None
            shown = {"kind": proposed.kind, "title": proposed.title, "due_on": due_on}
        super().__init__(data, initial=shown)
        self.helper = helper()

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate():
            raise forms.ValidationError("Choose today or a day to come, or leave the date empty.")
        return due_on


class ScopeForm(forms.Form):
    """Why a review looks at an element that the cycle leaves out."""

    reason = WordsField(
        label="Why this review should look at it",
        rows=5,
        help_text="For example, what has changed in the service. Everybody who reads the element sees this.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()


class AssignForm(forms.Form):
    """Who assesses; and why, although something stands against them."""

    assessor = forms.ModelChoiceField(
        label="Assessor",
        queryset=User.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an assessor."},
    )
    reason = WordsField(
        label="Why they can assess all the same",
        rows=3,
        required=False,
        help_text="Only if something stands against the one whom you choose. The award report shows it.",
    )

    def __init__(self, data: Any = None, *, assessment: Assessment, by: User) -> None:
        super().__init__(data, initial={"assessor": assessment.assessor_id})
        self.helper = helper()
        can = [person for person in possible_assessors(assessment) if person != by]
        against = standing_against(assessment, can, today=timezone.localdate())
        field = self.fields["assessor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in can]).order_by("name", "pk")
        field.widget.attrs["option-hints"] = {str(pk): in_one_line(problems) for pk, problems in against.items()}
        if not any(against.values()):
            del self.fields["reason"]


def in_one_line(problems: list[str]) -> str:
    """“Was lead of Cardiology at this trust until March 2024; declared an interest: …”; no hint for nothing."""
    words = "; ".join(problems)
    return f"{words[0].upper()}{words[1:]}." if words else "Nothing known stands against them."


class ReasonForm(forms.Form):
    """Why a move is made, where whoever works on it next must know."""

    reason = WordsField(rows=5, error_messages={"required": "Say why, so that the reader knows what to do."})

    def __init__(self, data: Any = None, *, asks: str, hint: str) -> None:
        super().__init__(data)
        self.helper = helper()
        self.fields["reason"].label, self.fields["reason"].help_text = asks, hint


class ConfirmForm(forms.Form):
    """Nothing is asked but to be sure."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()
