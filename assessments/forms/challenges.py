"""What is challenged in a draft report, and what is answered."""

from typing import Any

from django import forms

from assessments.forms.queries import BringingForm
from assessments.forms.words import WordsField, helper
from assessments.models import Finding
from departments.models import User

ACCEPT, REFUSE = "accept", "refuse"


class ChallengeForm(BringingForm):
    """What is wrong in a finding, with the evidence that shows it. `seen` is how many challenges the page showed."""

    text = WordsField(
        label="What is wrong, and what is right",
        rows=6,
        help_text="Facts only: what was misread, left out or has the wrong figure. Say where that can be seen.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, finding: Finding, seen: int, by: User) -> None:
        department = finding.assessment.department
        super().__init__(data, files, department=department, by=by, initial={"seen": seen})


class AnswerChallengeForm(forms.Form):
    """Accepted or refused, and why."""

    decision = forms.ChoiceField(
        label="Your answer",
        choices=[
            (ACCEPT, "Accept: the fact is wrong, and you put the finding right"),
            (REFUSE, "Do not accept: the finding stays as it is"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you accept it."},
    )
    answer = WordsField(label="Your reason", rows=4, help_text="The department and the certifier read it.")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()

    def words(self) -> dict[str, Any]:
        return {"accept": self.cleaned_data["decision"] == ACCEPT, "answer": self.cleaned_data["answer"]}
