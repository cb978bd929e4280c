"""Whose the wards and sites of files are: a choice for each."""

from collections.abc import Sequence
from typing import Any

from django import forms

from departments.forms.base import WordsForm
from departments.models import Department, Service, Trust
from feedback.models import Place
from feedback.rules import PlaceState

LATER, ASIDE = "", "aside"


class PlacesForm(WordsForm):
    """Offers every service of the trust, every department as a whole, and to set a place aside."""

    mark_optional = False

    def __init__(self, data: Any = None, *, places: Sequence[Place], trust: Trust) -> None:
        super().__init__(data)
        self.places = {self.name_of(place): place for place in places}
        services = Service.objects.filter(department__trust=trust).select_related("department")
        self.services = {f"service-{one.pk}": one for one in services.order_by("department__name", "name")}
        self.departments = {f"department-{one.pk}": one for one in Department.objects.filter(trust=trust)}
        whole = [(code, f"{one.name} as a whole") for code, one in self.departments.items()]
        of_service = [(code, f"{one.department.name}: {one.name}") for code, one in self.services.items()]
        aside = (ASIDE, "Set aside: it is none of our departments’")
        for name, place in self.places.items():
            first = [(LATER, "Decide later")] if place.state == PlaceState.UNDECIDED else []
            choices = [*first, *of_service, *whole, aside]
            self.fields[name] = forms.ChoiceField(
                label=str(place), choices=choices, required=False, initial=self.now(place), help_text=self.about(place)
            )

    @staticmethod
    def name_of(place: Place) -> str:
        return f"place-{place.pk}"

    @staticmethod
    def now(place: Place) -> str:
        """The choice as it stands."""
        if place.state == PlaceState.SET_ASIDE:
            return ASIDE
        if place.service_id:
            return f"service-{place.service_id}"
        return f"department-{place.department_id}" if place.department_id else LATER

    @staticmethod
    def about(place: Place) -> str:
        """What the file says of it besides its name, and who decided."""
        parts = [", ".join(place.specialties)] if place.specialties else []
        if place.state == PlaceState.MATCHED and place.decided_by is None:
            parts.append("Matched by its name")
        elif place.decided_by is not None:
            parts.append(f"Decided by {place.decided_by}")
        return ". ".join(parts)

    def decisions(self) -> list[tuple[Place, dict[str, Any]]]:
        """The places that somebody decided otherwise than they stand, each with what it is now."""
        changed = [name for name in self.changed_data if self.cleaned_data[name] != LATER]
        return [(self.places[name], self.meant(self.cleaned_data[name])) for name in changed]

    def meant(self, code: str) -> dict[str, Any]:
        if code == ASIDE:
            return {"set_aside": True}
        if code in self.services:
            return {"service": self.services[code]}
        return {"department": self.departments[code]}
