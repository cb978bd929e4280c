"""Forms about departments, their services, sites and partners."""

from typing import Any

from django import forms

from departments.forms.base import NameField, WordsForm
from departments.models import Partner, Site, TreatmentFunction, Trust
from departments.rules import PartnerKind, ServiceKind, SiteKind


class CorporateForm(WordsForm):
    """What speaks for the whole trust, and has no specialty."""

    name = NameField(
        label="Name", initial="Corporate services", error_messages={"required": "Enter what your trust calls it."}
    )
    about = forms.CharField(
        label="About it",
        help_text="Who works there and what they do for every department. The award report opens with this.",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class DepartmentForm(WordsForm):
    name = NameField(
        label="Name", error_messages={"required": "Enter the department’s name, as your patients know it."}
    )
    treatment_function = forms.ModelChoiceField(
        TreatmentFunction.objects.all(),
        label="Specialty",
        help_text="The national treatment function that fits best, with its code.",
        empty_label="Choose a specialty",
        error_messages={"required": "Choose the specialty that fits best."},
    )
    about = forms.CharField(
        label="About the department",
        help_text="Who it serves, what it runs and how it came here. The award report opens with this.",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class ServiceForm(WordsForm):
    """Offers the sites of one trust, each with the partner that hosts it."""

    name = NameField(label="Name of the service", error_messages={"required": "Enter the name of the service."})
    kind = forms.ChoiceField(
        label="What sort of service is it?",
        choices=ServiceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what sort of service it is."},
    )
    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(),
        label="Where is it run?",
        help_text="Choose every site. One that is missing here is added under “Sites and partners” first.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "A site that you chose is no longer on the trust’s list. Choose again."},
    )

    def __init__(self, *args: Any, trust: Trust, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sites"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Site.objects.filter(trust=trust)
        hosts = field.queryset.exclude(partner=None).values_list("pk", "partner__name")
        field.widget.attrs["option-hints"] = {str(pk): f"Hosted by {host}" for pk, host in hosts}


class PartnerForm(WordsForm):
    name = NameField(label="Name of the partner", error_messages={"required": "Enter the partner’s name."})
    kind = forms.ChoiceField(
        label="What sort of organisation is it?",
        choices=PartnerKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what sort of organisation it is."},
    )


class SiteForm(WordsForm):
    """Offers the partners of one trust."""

    name = NameField(label="Name of the site", error_messages={"required": "Enter the name of the site."})
    kind = forms.ChoiceField(
        label="What sort of place is it?",
        choices=SiteKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what sort of place it is."},
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label="Who hosts you there?",
        help_text="Leave this as it is when the site is the trust’s own.",
        required=False,
        empty_label="The trust’s own site",
        error_messages={"invalid_choice": "That partner is no longer on the trust’s list. Choose again."},
    )
    town = NameField(label="Town", required=False, max_length=100)
    postcode = NameField(
        label="Postcode",
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10"}),
    )

    def __init__(self, *args: Any, trust: Trust, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["partner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Partner.objects.filter(trust=trust)

    def clean_postcode(self) -> str:
        postcode: str = self.cleaned_data["postcode"]
        return postcode.upper()
