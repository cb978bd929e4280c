"""What a certifier says of a measure or a theme: what it speaks of, and from which scores it speaks for which band."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms

from assessments.forms.words import helper
from assessments.models import MeasureLink, Standard
from assessments.models.gaps import LEVEL_FIELDS
from feedback.models import Measure
from feedback.rules import MeasureKind
from feedback.themes import theme_choices

SCORE = {"inputmode": "numeric", "class": "nhsuk-input--width-3"}
TITLES = ("Compliance Plus", "Compliant", "Partially Compliant")


class LevelsForm(forms.Form):
    """Three scores from 0 to 100 that go down from band to band, or none for a measure that is shown alone."""

    mark_optional = False  # said in the hint

    compliance_plus = forms.IntegerField(
        label="Compliance Plus from", min_value=1, max_value=100, required=False, widget=forms.NumberInput(attrs=SCORE),
        help_text="On the scale from 0 to 100, more being better. Leave all three empty to show the measure only.",
    )  # fmt: skip
    compliant = forms.IntegerField(
        label="Compliant from", min_value=1, max_value=100, required=False, widget=forms.NumberInput(attrs=SCORE)
    )
    partially_compliant = forms.IntegerField(
        label="Partially Compliant from", min_value=1, max_value=100, required=False,
        widget=forms.NumberInput(attrs=SCORE), help_text="What is lower speaks for Non-Compliant.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if any(name in self.errors for name in LEVEL_FIELDS):
            return cleaned
        given = [cleaned[name] for name in LEVEL_FIELDS if cleaned.get(name) is not None]
        missing = [name for name in LEVEL_FIELDS if cleaned.get(name) is None]
        if 0 < len(missing) < len(LEVEL_FIELDS):
            for name in missing:
                self.add_error(name, f"Enter the score from which it speaks for {TITLES[LEVEL_FIELDS.index(name)]}.")
        elif not missing:
            for at in (1, 2):
                if given[at] >= given[at - 1]:
                    above = TITLES[at - 1]
                    self.add_error(LEVEL_FIELDS[at], f"Enter a score below the {given[at - 1]} of {above}.")
        return cleaned

    def levels(self) -> dict[str, int | None]:
        return {name: self.cleaned_data.get(name) for name in LEVEL_FIELDS}


class ChangeLinkForm(LevelsForm):
    """The levels of a link, with the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, link: MeasureLink) -> None:
        super().__init__(data, initial={name: getattr(link, name) for name in (*LEVEL_FIELDS, "version")})
        self.helper = helper()


class AddLinkForm(LevelsForm):
    """A measure or a theme, and what it speaks of."""

    what = forms.ChoiceField(label="Measure or theme")
    of = forms.ChoiceField(label="What it speaks of", help_text="A sub-criterion as a whole, or one of its elements.")

    field_order = ["what", "of", *LEVEL_FIELDS]

    def __init__(self, data: Any = None, *, standard: Standard, measures: Iterable[Measure]) -> None:
        super().__init__(data)
        self.helper = helper()
        self.subcriteria = {}
        self.elements = {}
        for element in standard.elements.outline():
            self.subcriteria[f"s{element.subcriterion_id}"] = element.subcriterion
            self.elements[f"e{element.pk}"] = element
        self.fields["what"] = forms.ChoiceField(label="Measure or theme", choices=what_choices(measures))
        of = self.fields["of"]
        assert isinstance(of, forms.ChoiceField)
        of.choices = self.of_choices()
        self.order_fields(self.field_order)

    def of_choices(self) -> list[Any]:
        """Each sub-criterion with its elements below it."""
        groups: list[Any] = [("", "Choose a sub-criterion or element")]
        for subcriterion, rows in groupby(self.elements.values(), key=lambda element: element.subcriterion):
            inside = [(f"s{subcriterion.pk}", f"All of {subcriterion.number}")]
            groups.append((str(subcriterion), inside + [(f"e{row.pk}", str(row)) for row in rows]))
        return groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("what", "").startswith("theme:") and any(cleaned.get(name) for name in LEVEL_FIELDS):
            self.add_error("what", "A theme has no score, so leave the three scores empty, or choose a measure.")
        return cleaned

    def words(self) -> dict[str, Any]:
        kind, _, code = self.cleaned_data["what"].partition(":")
        element = self.elements.get(self.cleaned_data["of"])
        subcriterion = element.subcriterion if element else self.subcriteria[self.cleaned_data["of"]]
        return {"subcriterion": subcriterion, "element": element, kind: code, **self.levels()}


def what_choices(measures: Iterable[Measure]) -> list[Any]:
    groups: list[Any] = [("", "Choose a measure or a theme")]
    scored = (one for one in measures if one.kind != MeasureKind.COUNT)
    for source, rows in groupby(scored, key=lambda measure: measure.get_source_display()):
        groups.append((source, [(f"measure:{row.code}", row.title) for row in rows]))
    groups.append(("Themes of remarks", [(f"theme:{code}", title) for code, title in theme_choices()]))
    return groups
