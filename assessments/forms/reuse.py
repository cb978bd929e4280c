"""Evidence that is there already: found by its filters, chosen, and what it shows where it is used."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from assessments.forms.words import WordsField, helper
from assessments.models import Assessment, Element, Evidence, EvidenceUse
from assessments.models.evidence import EvidenceQuerySet
from assessments.pieces import Standing
from departments.models import Department, Service

WHOLE_DEPARTMENT = "none"
ENDING = "ending"
STANDINGS = {
    "": "However it stands",
    ENDING: "Out of date, or expires within 60 days",
    Standing.EXPIRED.value: Standing.EXPIRED.label,
    Standing.EXPIRES.value: Standing.EXPIRES.label,
    Standing.TO_REVIEW.value: Standing.TO_REVIEW.label,
}
LONGEST_NOTE, LONGEST_PLACE = 1000, 100
USES = {"": "Used or not", "newest": "Used in the newest assessment", "unused": "Not used"}


class FindForm(forms.Form):
    """Words and filters of a list of a department's evidence. A filter that makes no sense filters nothing."""

    mark_optional = False  # no filter has to be set

    words = forms.CharField(
        label="Code, title, owner or file name", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    service = forms.ChoiceField(label="Service", required=False)

    def __init__(self, data: Any, *, department: Department) -> None:
        super().__init__(data, auto_id="find-%s")
        self.helper = helper()
        services = [
            (str(pk), name) for pk, name in Service.objects.filter(department=department).values_list("pk", "name")
        ]
        choices = [("", "Any service"), (WHOLE_DEPARTMENT, "The department as a whole"), *services]
        self.fields["service"].choices = choices  # type: ignore[attr-defined]

    def said(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def is_set(self) -> bool:
        return any(self.said(name) for name in self.fields)

    def among(self, rows: EvidenceQuerySet) -> EvidenceQuerySet:
        rows = rows.holding(self.said("words"))
        if self.said("service") == WHOLE_DEPARTMENT:
            return rows.filter(services=None)
        if self.said("service"):
            return rows.filter(services=int(self.said("service")))
        return rows


class LibraryForm(FindForm):
    """How a department's whole evidence is narrowed."""

    standing = forms.ChoiceField(label="How it stands", choices=list(STANDINGS.items()), required=False)
    use = forms.ChoiceField(label="Use", choices=list(USES.items()), required=False)

    def among_on(self, rows: EvidenceQuerySet, *, today: date) -> EvidenceQuerySet:
        rows = self.among(rows)
        wanted = self.said("standing")
        if wanted:
            both = (Standing.EXPIRED, Standing.EXPIRES)
            rows = rows.of_standing(*(both if wanted == ENDING else (wanted,)), today=today)
        if self.said("use") == "unused":
            rows = rows.filter(uses=None)
        elif self.said("use"):
            rows = rows.in_the_newest_assessment()
        return rows


class ChoiceForm(FindForm):
    """How evidence is looked for when it is to support one more element."""

    element = forms.ChoiceField(label="Supports already", required=False)

    def __init__(self, data: Any, *, assessment: Assessment) -> None:
        super().__init__(data, department=assessment.department)
        elements = Element.objects.filter(standard_id=assessment.standard_id)
        offered = [("", "Any element"), *((one.number, f"{one.number} {one.title}") for one in elements)]
        self.fields["element"].choices = offered  # type: ignore[attr-defined]

    def among(self, rows: EvidenceQuerySet) -> EvidenceQuerySet:
        rows = super().among(rows)
        number = self.said("element")
        uses = EvidenceUse.objects.filter(element__number=number).values("evidence")
        return rows.filter(pk__in=uses) if number else rows


class NoteForm(forms.Form):
    """What a piece of evidence shows for one element, and where in it. `seen` is what the page showed before."""

    shows = WordsField(
        label="What it shows here",
        rows=2,
        required=False,
        max_length=LONGEST_NOTE,
        help_text="For this element, in your words.",
    )
    place = forms.CharField(
        label="Where in it",
        required=False,
        max_length=LONGEST_PLACE,
        help_text="Such as “page 4” or “the second table”.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, data: Any = None, *, use: EvidenceUse) -> None:
        super().__init__(
            data, initial={"shows": use.shows, "place": use.place, "seen": use.seen}, auto_id=f"use-{use.pk}-%s"
        )
        self.helper = helper()

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("shows", "place")}


class ChooseForm(forms.Form):
    """Evidence that the department has already, put to one element, each with what it shows there."""

    evidence = forms.ModelMultipleChoiceField(
        queryset=Evidence.objects.none(),
        error_messages={"required": "Choose at least one piece of evidence."},
    )

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        field = self.fields["evidence"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Evidence.objects.filter(department_id=assessment.department_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for evidence in cleaned.get("evidence", ()):
            note = self.note_on(evidence.pk)
            if len(note["place"]) > LONGEST_PLACE or len(note["shows"]) > LONGEST_NOTE:
                words = (
                    f"{evidence.code}: shorten what it shows to {LONGEST_NOTE} characters and where to {LONGEST_PLACE}."
                )
                self.add_error("evidence", words)
        return cleaned

    def note_on(self, pk: int) -> dict[str, str]:
        """What was typed beside a piece."""
        typed = {name: self.data.get(f"{name}-{pk}", "") for name in ("shows", "place")}
        return {name: words.replace("\r\n", "\n").replace("\0", "").strip() for name, words in typed.items()}

    def shown(self, rows: Iterable[Evidence]) -> list[dict[str, Any]]:
        """Each piece with what was ticked and typed beside it, so that a refused form loses nothing."""
        ticked = set(self.data.getlist("evidence")) if self.is_bound else set()  # type: ignore[attr-defined]
        nothing = {"shows": "", "place": ""}
        return [
            {"row": row, "ticked": str(row.pk) in ticked, **(self.note_on(row.pk) if self.is_bound else nothing)}
            for row in rows
        ]
