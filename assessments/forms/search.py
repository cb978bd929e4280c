"""What somebody types to search, and how they narrow it."""

from typing import Any

from django import forms

from assessments.search.asked import LONGEST_WORDS, Asked, Kind

EARLIEST, LATEST = 1948, 2100


def box(size: str = "", **attrs: str) -> forms.TextInput:
    """The NHS's input, written by Django alone: a search is answered in the time that one component takes."""
    return forms.TextInput(attrs={"class": f"nhsuk-input {size}".strip(), **attrs})


class SearchForm(forms.Form):
    """Everything in the address, so that a search can be kept and sent. Nothing is required."""

    words = forms.CharField(
        label="Search for",
        required=False,
        max_length=LONGEST_WORDS,
        widget=box(type="search"),
        error_messages={"max_length": f"Search for at most {LONGEST_WORDS} characters: a few words find more."},
    )
    kind = forms.ChoiceField(choices=[("", "Everything"), *Kind.choices], required=False, widget=forms.HiddenInput)
    element = forms.RegexField(
        r"^\d{1,3}(\.\d{1,3}){0,2}\.?$",
        label="Element",
        required=False,
        widget=box("nhsuk-input--width-5"),
        error_messages={"invalid": "Enter a number of the standard, such as 4.3.4 or 4.3."},
    )
    service = forms.CharField(label="Service", required=False, max_length=100, widget=box())
    owner = forms.CharField(label="Kept by", required=False, max_length=100, widget=box())
    year = forms.IntegerField(
        label="Year",
        required=False,
        min_value=EARLIEST,
        max_value=LATEST,
        widget=box("nhsuk-input--width-4", inputmode="numeric"),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Enter a year of four digits, such as 2026."
        ),
    )
    old = forms.BooleanField(
        label="Also in older versions of evidence",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "nhsuk-checkboxes__input"}),
    )
    assessment = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def asked(self) -> Asked:
        said: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        if element := said.get("element"):
            said["element"] = element.rstrip(".")
        return Asked(**said)
