"""Evidence as people give it: a file or a link, and what it is."""

from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone

from assessments.forms.words import WordsField, helper
from assessments.models import Assessment, Element, Evidence
from departments.models import Department, Service

ON_THE_WEB = URLValidator(schemes=("http", "https"), message="Enter an address that begins with https:// or http://.")


class ElementChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.title}"


class DatesForm(forms.Form):
    """The days that matter of a document. When it is uploaded is known without asking."""

    mark_optional = False  # said in the labels, as some forms ask for one of several

    dated = forms.DateField(
        label="Date of the document",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="When it was made or published, not when you upload it.",
    )
    valid_until = forms.DateField(
        label="Valid until (optional)",
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
        help_text="The last day on which it holds, such as the end of a policy. Leave empty if it has no end.",
    )
    review_on = forms.DateField(
        label="Review on (optional)",
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
        help_text="When you mean to look at it again. It still counts after that day; you are told to look.",
    )

    def clean_dated(self) -> date:
        dated: date = self.cleaned_data["dated"]
        if dated > timezone.localdate():
            raise forms.ValidationError("Enter a date that is today or earlier.")
        return with_a_whole_year(dated)

    def clean_valid_until(self) -> date | None:
        until: date | None = with_a_whole_year(self.cleaned_data["valid_until"])
        dated = self.cleaned_data.get("dated")
        if until and dated and until < dated:
            raise forms.ValidationError("Enter a day that is not before the date of the document.")
        return until

    def clean_review_on(self) -> date | None:
        review: date | None = with_a_whole_year(self.cleaned_data["review_on"])
        return review


D = TypeVar("D", date, date | None)


def with_a_whole_year(day: D) -> D:
    if day is not None and not 1948 <= day.year < 2200:
        raise forms.ValidationError("Enter the year with four digits, such as 2025.")
    return day


class AboutEvidence(DatesForm):
    """What is said of a piece of evidence, file or link."""

    title = forms.CharField(
        label="What it is", max_length=200, help_text="For example, “Complaints annual report 2025”."
    )
    owner = forms.CharField(label="Who keeps it", max_length=200, help_text="A name or a post.")
    services = forms.ModelMultipleChoiceField(
        label="Which services it is about",
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "nhsuk-checkboxes--small"}),
        help_text="Choose none if it is about the department as a whole.",
    )
    notes = WordsField(
        label="Notes (optional)",
        rows=3,
        required=False,
        help_text="Which pages matter, or what the assessor should look for.",
    )
    field_order = ["title", "owner", "dated", "valid_until", "review_on", "services", "notes"]

    def offer_services(self, department: Department) -> None:
        """Let the services of a department be chosen; one that runs none is not asked."""
        field = self.fields["services"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Service.objects.filter(department=department)
        if not field.queryset.exists():
            del self.fields["services"]


class EditEvidenceForm(AboutEvidence):
    """What is said of evidence, changed. The file itself never changes: a new file is a new version."""

    link = forms.URLField(label="Web address", max_length=1000, assume_scheme="https", validators=[ON_THE_WEB])
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, evidence: Evidence) -> None:
        said = {name: getattr(evidence, name) for name in ("title", "owner", "notes", "version")}
        said |= {name: getattr(evidence.current, name) for name in ("dated", "valid_until", "review_on", "link")}
        super().__init__(data, initial=said | {"services": evidence.services.all()})
        self.helper = helper()
        self.offer_services(evidence.department)
        if evidence.current.file_id is not None:
            del self.fields["link"]

    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ElementsForm(forms.Form):
    """The elements that one piece of evidence supports."""

    elements = ElementChoices(
        label="Elements",
        queryset=Element.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one element."},
    )

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        field = self.fields["elements"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Element.objects.filter(standard_id=assessment.standard_id)
