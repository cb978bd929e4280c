"""A new version of evidence: the file or address as it is now, its dates, and what is new in it."""

from typing import Any

from django import forms

from assessments.forms.evidence import DatesForm
from assessments.forms.sending import SendingForm
from assessments.forms.words import WordsField, helper
from assessments.models import Evidence
from departments.models import User


class VersionForm(SendingForm, DatesForm):
    """Everything that a version has of its own. What is said of the evidence as a whole is corrected elsewhere."""

    change = WordsField(
        label="What is new in it",
        rows=3,
        max_length=1000,
        help_text="For example, “Figures for 2026; the new complaints leaflet is included”.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["file", "link", "dated", "valid_until", "review_on", "change", "kept_file", "version"]

    def __init__(self, data: Any = None, files: Any = None, *, evidence: Evidence, by: User) -> None:
        shown = {"version": evidence.version}
        super().__init__(data, files, department=evidence.department, by=by, initial=shown)
        self.helper = helper()
        self.fields["link"].help_text = "If it lives on a public website."

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name not in ("file", "kept_file")}
