"""How a department stands to the corporate statement on an element."""

from typing import Any

from django import forms

from assessments.alignment import Stance
from assessments.forms.words import WordsField, helper
from assessments.models import CorporateStance, Statement

CHOICES = [
    (Stance.INHERITED.value, "We rest on it: it stands for us, too"),
    (Stance.OVERRIDDEN.value, "We say it in our own words"),
    (Stance.CONTRADICTED.value, "It is not so here"),
]


class StanceForm(forms.Form):
    """Rest on the corporate statement, override it or contradict it; the last two say why."""

    mark_optional = False  # whether the reason is asked for hangs on the choice above it

    stance = forms.ChoiceField(
        label="How do you stand to it?",
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you stand to the corporate statement."},
    )
    note = WordsField(
        label="Why, if you do not rest on it",
        rows=4,
        required=False,
        help_text="The assessor reads this beside your statement.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    corporate_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, stance: CorporateStance | None, corporate: Statement) -> None:
        held = {"stance": stance.stance, "note": stance.note, "version": stance.version} if stance else {"version": 0}
        super().__init__(data, initial={**held, "corporate_version": corporate.version})
        self.helper = helper()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("stance") in (Stance.OVERRIDDEN, Stance.CONTRADICTED) and not said.get("note", "").strip():
            self.add_error("note", "Say why, so that the assessor can follow it.")
        return said
