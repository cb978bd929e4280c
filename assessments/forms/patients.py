"""What is decided about a file that may name a patient."""

from typing import Any

from django import forms

from assessments.forms.words import WordsField, helper

REMOVE, REPLACE, CONFIRM = "remove", "replace", "confirm"


class PatientDataForm(forms.Form):
    """One of three ways, and a reason for keeping the file."""

    mark_optional = False  # the reason is asked for with one of the ways

    decision = forms.ChoiceField(
        label="What is to be done?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is to be done with the file."},
    )
    reason = WordsField(
        label="Why it can stay",
        rows=3,
        max_length=1000,
        required=False,
        help_text="If you keep it: for example, “These are made-up numbers”, or “The patient agreed in writing”. "
        "Your trust’s administrators read it.",
    )

    def __init__(self, data: Any = None, *, ways: list[str]) -> None:
        super().__init__(data)
        self.helper = helper()
        words = {
            REMOVE: "Remove the file: it is destroyed, and supports nothing any more",
            REPLACE: "Replace it: upload a version without what is listed above",
            CONFIRM: "Keep it: it names no patient, or the patient agreed",
        }
        self.fields["decision"].choices = [(way, words[way]) for way in ways]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == CONFIRM and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why the file can stay as it is.")
        return cleaned
