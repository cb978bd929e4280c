"""What a leader is asked once a year."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assessments.leading import Agreement, ChangeNeeded
from assessments.models import Element
from departments.forms.base import WordsForm


class LeadersForm(WordsForm):
    """How much has to change, and how far they agree with each statement, which is an element's title."""

    change_needed = forms.ChoiceField(
        label="How much does the focus on customers have to change in your organisation?",
        help_text="Customers are your patients, their families, and whoever else your organisation serves.",
        choices=ChangeNeeded.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how much has to change."},
    )

    def __init__(self, data: Any = None, *, elements: Sequence[Element]) -> None:
        super().__init__(data)
        self.elements = elements
        for element in elements:
            self.fields[self.name(element)] = forms.ChoiceField(
                label=f"{element.number} {element.title}",
                help_text=element.looks_for,
                choices=Agreement.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose how far you agree with {element.number}, “{element.title}”."},
            )

    @staticmethod
    def name(element: Element) -> str:
        return f"element_{element.pk}"

    def clean(self) -> dict[str, Any]:
        """As the service takes it: one answer for the whole, and one for each element."""
        cleaned = super().clean() or {}
        agreements = {element: cleaned.get(self.name(element), "") for element in self.elements}
        return {"change_needed": cleaned.get("change_needed", ""), "agreements": agreements}
