"""What people write of good practice, and how they look for it."""

from datetime import date
from typing import Any

from django import forms

from assessments.forms.evidence import ON_THE_WEB
from assessments.forms.words import WordsField, helper
from assessments.models import Element, PracticeCase, Standard
from assessments.models.practice import PracticeCaseQuerySet
from assessments.practising import NominationState, Source
from assessments.search.hits import Query
from departments.forms.base import NameField

NUMBER = r"^\d{1,3}(\.\d{1,3}){0,2}\.?$"
RECOGNITIONS = {"": "Nominated or not", "nominated": "Nominated", "recognised": "Recognised nationally"}


class CaseForm(forms.Form):
    """The words of a case. All may wait until the department consents."""

    mark_optional = False  # nothing is optional in the end, though everything may wait

    title = NameField(label="Title", required=False, help_text="What a stranger would look for.")
    what = WordsField(label="What you do", rows=6, required=False)
    why = WordsField(label="Why it works", rows=4, required=False)
    results = WordsField(label="What came of it", rows=4, required=False, help_text="Figures, if you have them.")
    contact = NameField(
        label="A post to ask", required=False, help_text="A post, never a person: “Matron, Outpatients”."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, case: PracticeCase) -> None:
        super().__init__(data, initial={name: getattr(case, name) for name in self.base_fields})
        self.helper = helper()

    def words(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class OutsideForm(forms.Form):
    """An example from outside the NHS, whole at once."""

    source = forms.ChoiceField(label="What sort of organisation", choices=Source.choices[1:], widget=forms.RadioSelect)
    organisation = NameField(label="Organisation")
    link = forms.URLField(label="Where it can be read", max_length=1000, validators=[ON_THE_WEB], assume_scheme="https")
    element = forms.ModelChoiceField(label="Element", queryset=Element.objects.none(), empty_label="Choose an element")
    title = NameField(label="Title")
    what = WordsField(label="What they do", rows=5)
    why = WordsField(label="Why it works", rows=4)
    results = WordsField(label="What came of it", rows=4)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()
        field = self.fields["element"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Element.objects.filter(standard=Standard.objects.newest())


class ReasonToReturnForm(forms.Form):
    """Why a case is not published as it is."""

    mark_optional = False  # said in the hint

    reason = WordsField(label="What should change", rows=4, required=False, help_text="Needed if you return it.")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()


class NominationForm(forms.Form):
    """How far a case has come on its way to national recognition."""

    state = forms.ChoiceField(label="How far it has come", choices=NominationState.choices, widget=forms.RadioSelect)
    on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    outcome = WordsField(label="Outcome in words", rows=3, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, case: PracticeCase, today: date) -> None:
        there = getattr(case, "nomination", None)
        names = ("state", "on", "outcome", "version")
        shown = {name: getattr(there, name) for name in names} if there else {"version": 0, "on": today}
        super().__init__(data, initial=shown)
        self.helper = helper()


class LibraryOfPracticeForm(forms.Form):
    """How the library is searched. A filter that makes no sense filters nothing."""

    mark_optional = False  # no filter has to be set

    words = forms.CharField(
        label="Search for", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    element = forms.RegexField(NUMBER, label="Criterion or element", required=False, help_text="Such as 4 or 4.3.5")
    source = forms.ChoiceField(label="From", choices=[("", "Anywhere"), *Source.choices], required=False)
    recognition = forms.ChoiceField(label="Recognition", choices=list(RECOGNITIONS.items()), required=False)
    department = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="find-%s")
        self.helper = helper()

    def said(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def among(self, rows: PracticeCaseQuerySet) -> PracticeCaseQuerySet:
        if words := self.said("words"):
            rows = rows.filter(words=Query(words))
        if number := self.said("element").rstrip("."):
            rows = rows.under(number)
        if source := self.said("source"):
            rows = rows.filter(source=source)
        if department := self.said("department"):
            rows = rows.filter(department=int(department))
        if recognition := self.said("recognition"):
            recognised = {"nomination__state": NominationState.RECOGNISED}
            rows = rows.filter(**recognised if recognition == "recognised" else {"nomination__isnull": False})
        return rows
