"""What is typed of a remark."""

from typing import Any

from django import forms
from django.utils import timezone

from departments.forms.base import WordsForm
from feedback.rules import RemarkKind
from feedback.services.remarks import may_name_a_patient
from feedback.themes import themes

LONGEST_REMARK = 4_000


class RemarkForm(WordsForm):
    """A compliment, a comment or the theme of a complaint."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=RemarkKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    theme = forms.ChoiceField(
        label="What is it about?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about."},
    )
    words = forms.CharField(
        label="What was said",
        help_text="In a sentence or two. Name nobody: no patient, no relative, no number or date of birth that tells "
        "who it was. What looks like one is not taken.",
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": "Enter what was said."},
    )
    said_on = forms.DateField(
        label="When was it said?",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the day on which it was said.", "invalid": "Enter a day that exists."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"said_on": timezone.localdate()}, **kwargs})
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ChoiceField)
        theme.choices = [(one.code, f"{one.title}: {one.hint}") for one in themes().values()]

    def clean_words(self) -> str:
        """Beside the field at once, whatever else is missing."""
        words: str = self.cleaned_data["words"]
        if named := may_name_a_patient(words):
            raise forms.ValidationError(named)
        return words
