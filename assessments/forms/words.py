"""What people write of an element: statement, finding, and the summary of the whole."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict

from assessments.models import Assessment, Element, Finding, Statement
from assessments.pasted import tidy
from assessments.rules import Band, Outcome
from assessments.workflow import Stage

LONGEST_TEXT = 100_000
LONGEST_NOTE = 20_000
SMALL = {"class": "nhsuk-radios--small nhsuk-radios--inline"}


class WordsField(forms.CharField):
    """Long text as people type or paste it: line ends of one kind, and none of the marks that Word leaves behind.

    It may be written from right to left: the browser sees that by the first letters.
    """

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        longest = kwargs.setdefault("max_length", LONGEST_TEXT)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **kwargs)
        self.error_messages["max_length"] = (
            f"This text has %(show_value)s characters; at most {longest:,} can be kept. Nothing is lost: shorten it, "
            "or add the long part as evidence."
        )

    def to_python(self, value: Any) -> str:
        return super().to_python(tidy(value) if isinstance(value, str) else value) or ""


def helper() -> FormHelper:
    """The page's template holds the form tag, its buttons and what else it sends."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    return made


def replace_typed(form: forms.Form, **values: str) -> None:
    """Show a refused form again with some of its hidden values changed: a newer version, a file that has arrived."""
    data = cast(QueryDict, form.data).copy()
    for name, value in values.items():
        data[name] = value
    form.data = data


def band_choices(element: Element) -> list[tuple[str, str]]:
    """The bands that an element may have."""
    return [(band.value, band.label) for band in Band if band != Band.NOT_APPLICABLE or element.may_be_not_applicable]


class StatementForm(forms.Form):
    """The department's words on one element. Everything may be left for later: submitting asks for what is missing."""

    mark_optional = False  # nothing is optional in the end, though everything may wait

    text = WordsField(
        label="How you meet this element",
        rows=10,
        required=False,
        help_text="Say what you do, for whom, and what has come of it.",
    )
    band = forms.ChoiceField(label="Your own band", widget=forms.RadioSelect(attrs=SMALL), required=False)
    tell_me = WordsField(
        label="To see on the visit",
        rows=3,
        max_length=LONGEST_NOTE,
        required=False,
        help_text="What the assessor should see or whom to ask (“tell me”).",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, statement: Statement) -> None:
        shown = {"text": statement.text, "band": statement.band, "tell_me": statement.tell_me}
        super().__init__(data, initial={**shown, "version": statement.version})
        self.helper = helper()
        self.fields["band"].choices = band_choices(statement.element)  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "band", "tell_me")}


class FindingForm(forms.Form):
    """The assessor's words on one element. Everything may be left for later: proposing asks for what is missing."""

    mark_optional = False  # nothing is optional in the end, though everything may wait

    band = forms.ChoiceField(label="Band", widget=forms.RadioSelect(attrs=SMALL), required=False)
    narrative = WordsField(label="Finding", rows=8, required=False, help_text="What you read, saw and were told.")
    strengths = WordsField(label="Strengths", rows=3, max_length=LONGEST_NOTE, required=False)
    improvement = WordsField(
        label="Area for improvement",
        rows=3,
        max_length=LONGEST_NOTE,
        required=False,
        help_text="Needed for a partial or a non-compliance.",
    )
    good_practice = forms.BooleanField(label="Good practice that others could follow", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, finding: Finding) -> None:
        names = ("band", "narrative", "strengths", "improvement", "good_practice", "version")
        super().__init__(data, initial={name: getattr(finding, name) for name in names})
        self.helper = helper()
        self.fields["band"].choices = band_choices(finding.element)  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class OutcomeField(forms.ChoiceField):
    """The outcome that an assessor proposes."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(outcome.value, outcome.label) for outcome in (Outcome.AWARD, Outcome.NO_AWARD)]
        super().__init__(label="Outcome that you propose", choices=choices, widget=forms.RadioSelect, **kwargs)


class OutcomeForm(forms.Form):
    """The outcome alone, once the facts are checked."""

    outcome = OutcomeField(error_messages={"required": "Choose the outcome that you propose."})

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data, initial={"outcome": assessment.proposed_outcome})
        self.helper = helper()


class SummaryForm(forms.Form):
    """What the assessor writes of the whole; to send the draft, also the outcome that they propose."""

    mark_optional = False  # nothing is optional in the end, though everything may wait

    method = WordsField(
        label="How you assessed",
        rows=5,
        required=False,
        help_text="The desk review and the visit: when, where, and whom you met at which level. Name no patient.",
    )
    strengths = WordsField(label="Summary of strengths", rows=8, required=False)
    recommendation = WordsField(label="Recommendation", rows=5, required=False)
    outcome = OutcomeField(required=False)
    facts_due_on = forms.DateField(
        label="Until when the department checks the facts",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Only for sending the draft. Empty: ten working days.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        names = ("method", "strengths", "recommendation")
        shown = {name: getattr(assessment, name) for name in names}
        super().__init__(data, initial={**shown, "version": assessment.proposal_version})
        self.helper = helper()
        if assessment.stage != Stage.DRAFT_REPORT:
            del self.fields["outcome"], self.fields["facts_due_on"]

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("method", "strengths", "recommendation")}
