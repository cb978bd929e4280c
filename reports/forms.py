"""What a certifier says of a proposal, checked."""

from typing import Any

from django import forms

from assessments.forms.words import WordsField, helper
from assessments.rules import Band, Outcome
from assessments.workflow import Move

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
        label="Why",
        rows=4,
        required=False,
        help_text="If you send it back: what the assessor must do first, and where. If you decide on no award although "
        "the rule gives one: your reason, which the report prints.",
    )
    confirmed = forms.BooleanField(
        label="I have read the findings, and I know that the outcome cannot be changed afterwards",
        required=False,
    )

    def __init__(self, data: Any = None, *, rule_gives: str = "") -> None:
        super().__init__(data)
        self.helper, self.rule_gives = helper(), rule_gives

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.sends_back and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Say what the assessor must do before it comes to you again.")
        against = cleaned.get("decision") == Outcome.NO_AWARD and self.rule_gives == Outcome.AWARD
        if against and not cleaned.get("reason", "").strip():
            self.add_error("reason", "The award rule gives an award on these findings. Say why you decide against it.")
        if cleaned.get("decision") in {Outcome.AWARD, Outcome.NO_AWARD} and not cleaned.get("confirmed"):
            self.add_error("confirmed", "Tick the box to confirm that you have read the findings.")
        return cleaned

    @property
    def sends_back(self) -> bool:
        return self.cleaned_data.get("decision") == SEND_BACK


class TryForm(forms.Form):
    """One element at another band, to see what the rule would say. Nothing is saved."""

    element = forms.ChoiceField(label="Element")
    band = forms.ChoiceField(label="If it were found", choices=Band.choices)

    def __init__(self, data: Any = None, *, elements: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.helper = helper()
        self.fields["element"].choices = elements  # type: ignore[attr-defined]


class AppealForm(forms.Form):
    """The answer to an appeal, with the reason."""

    answer = forms.ChoiceField(
        label="What do you answer?",
        choices=[
            (Move.DISMISS_APPEAL.value, "Dismiss the appeal: the decision stands"),
            (Move.ALLOW_APPEAL.value, "Allow the appeal: the findings are looked at again, and decided anew"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your answer to the appeal."},
    )
    reason = WordsField(
        label="Your reasons",
        rows=6,
        help_text="The department and the assessor read them. If you allow it, say what must be looked at again.",
        error_messages={"required": "Give your reasons: the department and the assessor read them."},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()
