"""What is asked of a file of figures: the file itself, and what it does not say."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from departments.forms.base import WordsForm
from departments.services.refusals import Refused
from feedback.models import FeedbackImport
from feedback.services.sending import ENDINGS, refuse_early


def day(words: str) -> forms.DateField:
    """A day of the period; `words` name it."""
    return forms.DateField(
        label=f"{words} of the period",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": f"Enter the {words.lower()} of the period.", "invalid": "Enter a day that exists."},
    )


class SendForm(WordsForm):
    """One file."""

    file = forms.FileField(
        label="The file",
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another one."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = filesizeformat(settings.FEEDBACK_MAX_BYTES).replace(".0", "")
        self.fields["file"].help_text = (
            f"Excel (.xlsx or .xlsm) or a table as text (.csv), up to {limit}. Figures only: take out columns that "
            "could identify a patient."
        )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            refuse_early(name=file.name or "", size=file.size or 0)
        except Refused as refused:
            raise forms.ValidationError(list(refused.reasons)) from None
        return file


class ConfirmForm(WordsForm):
    """Asks for the period when the file does not say it, and for a look at what may name a patient."""

    starts_on = day("First day")
    ends_on = day("Last day")
    names_no_patient = forms.BooleanField(
        label="I have looked at these places: no patient can be known by them",
        error_messages={"required": "Look at these places first. If one names a patient, do not import the file."},
    )

    def __init__(self, *args: Any, brought: FeedbackImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if brought.starts_on is not None:
            del self.fields["starts_on"], self.fields["ends_on"]
        if not brought.patient_signs:
            del self.fields["names_no_patient"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The period ends before it starts. Enter a later day.")
        return cleaned
