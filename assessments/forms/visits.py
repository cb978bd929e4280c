"""The forms of a visit: its plan, whom to meet, the notes of the day, and its close."""

from typing import Any

from django import forms
from django.utils import timezone

from assessments.forms.words import WordsField, helper
from assessments.models import Assessment, Statement, Visit, VisitPerson, VisitStop
from assessments.services.visit_notes import may_name_a_patient
from assessments.services.visits import name_of, places_of
from assessments.visiting import Level, Seen
from departments.forms.base import NameField
from departments.models import Service, Site

NO_PATIENTS = "Name no patient."


class SafeWordsField(WordsField):
    """Long text in which nothing may identify a patient."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_patients(value)


class SafeNameField(NameField):
    """A line in which nothing may identify a patient."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_patients(value)


def refuse_patients(text: str) -> None:
    if words := may_name_a_patient(text):
        raise forms.ValidationError(words)


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class BeginForm(forms.Form):
    """The first day of a visit, and the places that begin its plan."""

    day = day_field(label="First day of the visit", help_text="More days come with more stops.")
    took_place = forms.BooleanField(
        label="This visit has taken place already", required=False, help_text="Tick this to record it later."
    )
    places = forms.MultipleChoiceField(
        label="Where to go",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The department’s services and their sites, one stop each. You can change, add and remove stops.",
    )

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        self.found = places_of(assessment)
        super().__init__(data, initial={"places": [str(number) for number in range(len(self.found))]})
        self.helper = helper()
        choices = [(str(number), name_of(*where)) for number, where in enumerate(self.found)]
        self.fields["places"].choices = choices  # type: ignore[attr-defined]

    def clean_places(self) -> list[tuple[Service | None, Site | None]]:
        return [self.found[int(number)] for number in self.cleaned_data["places"]]


class ArrangementsForm(forms.Form):
    """Where to come and whom to ask for."""

    arrangements = SafeWordsField(
        label="Arrangements",
        required=False,
        help_text=f"Where to come, whom to ask for, what to bring. The department reads it. {NO_PATIENTS}",
    )
    took_place = BeginForm.base_fields["took_place"]
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, visit: Visit) -> None:
        names = ("arrangements", "took_place", "version")
        super().__init__(data, initial={name: getattr(visit, name) for name in names})
        self.helper = helper()


class StopForm(forms.Form):
    """When and where, and what to see there."""

    day = day_field(label="Day")
    time = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}))
    service = forms.ModelChoiceField(label="Service", queryset=Service.objects.none(), required=False)
    site = forms.ModelChoiceField(
        label="Site",
        queryset=Site.objects.none(),
        required=False,
        help_text="The trust’s sites, and those of its partners.",
    )
    purpose = SafeWordsField(label="What to see", rows=4, required=False, help_text=NO_PATIENTS)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, visit: Visit, stop: VisitStop | None = None) -> None:
        if stop is not None:
            names = ("day", "time", "service", "site", "purpose", "version")
            initial = {name: getattr(stop, name) for name in names}
        else:
            last = visit.stops.last()
            initial = {"day": last.day if last else timezone.localdate(), "version": 0}
        super().__init__(data, initial=initial)
        self.helper = helper()
        department = visit.assessment.department
        fields: Any = self.fields
        fields["service"].queryset = department.services.all()
        fields["service"].empty_label = "No one service"
        fields["site"].queryset = Site.objects.filter(trust=department.trust_id).select_related("partner")
        fields["site"].empty_label = "No one site"
        fields["site"].label_from_instance = lambda site: name_of(None, site)


class PersonForm(forms.Form):
    """Whom to meet, at which level, and at which stop."""

    level = forms.ChoiceField(
        label="Level",
        choices=Level.choices,
        widget=forms.RadioSelect(
            attrs={"option-hints": {Level.PATIENTS: "Never with a name: how many, and who they are together."}}
        ),
    )
    post = SafeNameField(
        label="Post, or who they are",
        help_text="Such as “Ward sister”, “General manager” or “Patients of the anticoagulant clinic”.",
    )
    name = SafeNameField(
        label="Name", required=False, help_text="Leave empty for patients, carers and groups. No report shows it."
    )
    count = forms.IntegerField(label="How many people", min_value=1, max_value=999, initial=1)
    stop = forms.ModelChoiceField(label="Where", queryset=VisitStop.objects.none(), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, visit: Visit, person: VisitPerson | None = None) -> None:
        names = ("level", "post", "name", "count", "stop", "version")
        initial = {name: getattr(person, name) for name in names} if person else {"count": 1, "version": 0}
        super().__init__(data, initial=initial)
        self.helper = helper()
        field: Any = self.fields["stop"]
        field.queryset = visit.stops.all()
        field.empty_label = "At no one stop"
        field.label_from_instance = in_the_plan

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("level") == Level.PATIENTS and cleaned.get("name"):
            self.add_error("name", "Patients and carers stay without a name. Say how many, and who they are together.")
        return cleaned


def in_the_plan(stop: Any) -> str:
    return f"{stop.day.day} {stop.day:%B}, {stop.time:%H:%M}, {stop.place}"


class ElementsForm(forms.Form):
    """At which stop the assessor looks at each element of which the department has something to show."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, visit: Visit, told: list[Statement], held: dict[int, int]) -> None:
        super().__init__(data, initial={"version": visit.version})
        choices = [("", "At no one stop"), *((stop.pk, in_the_plan(stop)) for stop in visit.stops.all())]
        self.told = told
        for statement in told:
            element = statement.element
            select = forms.Select(attrs={"class": "nhsuk-select", "aria-label": f"Where to see {element.number}"})
            self.fields[f"at_{element.pk}"] = forms.TypedChoiceField(
                choices=choices, coerce=int, empty_value=None, required=False, widget=select,
                initial=held.get(element.pk, ""),
            )  # fmt: skip

    def rows(self) -> list[tuple[Statement, forms.BoundField]]:
        return [(statement, self[f"at_{statement.element_id}"]) for statement in self.told]

    def chosen(self) -> dict[int, int | None]:
        return {row.element_id: self.cleaned_data[f"at_{row.element_id}"] for row in self.told}


class NoteForm(forms.Form):
    """A note on one element: what, where and of whom."""

    text = WordsField(label="Note", rows=5, help_text=NO_PATIENTS)
    stop = forms.ModelChoiceField(label="Where", queryset=VisitStop.objects.none(), required=False)
    person = forms.ModelChoiceField(label="Who told or showed you", queryset=VisitPerson.objects.none(), required=False)
    element = forms.CharField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, visit: Visit, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.helper = helper()
        fields: Any = self.fields
        fields["stop"].queryset = visit.stops.all()
        fields["stop"].empty_label = "No one place"
        fields["stop"].label_from_instance = lambda stop: f"{stop.time:%H:%M} {stop.place}"
        fields["person"].queryset = visit.people.all()
        fields["person"].empty_label = "Nobody in particular"


class MarkForm(forms.Form):
    """Seen or not, met or not; empty takes it back."""

    mark = forms.ChoiceField(choices=[("", ""), *Seen.choices], required=False)


class CloseForm(forms.Form):
    """What was seen of commitment at each level, and why gaps stand."""

    mark_optional = False

    reason = SafeWordsField(
        label="Why these gaps stand", rows=4, required=False, help_text="The report prints this beside the gaps."
    )

    def __init__(self, data: Any = None, *, visit: Visit, has_gaps: bool) -> None:
        super().__init__(data)
        self.helper = helper()
        if not has_gaps:
            del self.fields["reason"]
        for level in Level:
            self.fields[level.value] = SafeWordsField(
                label=f"Commitment you saw: {level.label.lower()}",
                rows=2,
                required=False,
                initial=visit.commitment.get(level.value, ""),
                help_text="The report prints this. Posts, no names." if level == Level.SENIOR else "",
            )

    def commitment(self) -> dict[str, str]:
        return {level.value: self.cleaned_data[level.value] for level in Level}


class WhyForm(forms.Form):
    """Why a visit is called off or opened again."""

    reason = SafeWordsField(label="Why", rows=4, help_text="The department reads this.")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()
