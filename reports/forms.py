"""What a certifier says of a proposal, checked."""

from typing import Any

from django import forms

from assessments.forms.words import WordsField, helper
from assessments.rules import Outcome

SEND_BACK = "send_back"


class DecisionForm(forms.Form):
    """An outcome, confirmed; or back to the assessor, with the reason."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            (Outcome.AWARD.value, "Award"),
            (Outcome.NO_AWARD.value, "No award"),
            (SEND_BACK, "Send it back to the assessor"),
        ],
        error_messages={"required": "Choose an outcome, or send it back."},
        widget=forms.RadioSelect(attrs={"option-hints": {SEND_BACK: "For more work on the findings or the summary."}}),
    )
    reason = WordsField(
        label="What the assessor must do first",
        rows=4,
        required=False,
        help_text="Only if you send it back. The assessor reads this, so say what and where.",
    )
    confirmed = forms.BooleanField(
        label="I have read the findings, and I know that the outcome cannot be changed afterwards",
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.sends_back and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Say what the assessor must do before it comes to you again.")
        if cleaned.get("decision") in {Outcome.AWARD, Outcome.NO_AWARD} and not cleaned.get("confirmed"):
            self.add_error("confirmed", "Tick the box to confirm that you have read the findings.")
        return cleaned

    @property
    def sends_back(self) -> bool:
        return self.cleaned_data.get("decision") == SEND_BACK
