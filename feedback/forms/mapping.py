"""Which columns of a survey of the trust's own are which measures."""

from collections.abc import Callable
from typing import Any

from django import forms

from departments.forms.base import NameField, WordsForm, refuse
from departments.models import Trust
from departments.services.refusals import Refused
from feedback.models import Measure
from feedback.rules import MeasureKind, Voice
from feedback.services.mapping import Mapped, NewMeasure

MOST_FIGURES = 20
NEW = "new"
HOLDS = [
    ("share", "A share, such as 94% or 0.94"),
    ("count", "How many were satisfied, of those who answered"),
    ("score", "A score, such as 4.2 out of 5"),
]
PLACES = {
    "period": ("Month or year", "Only if each row is of its own month or year."),
    "site": ("Name of the site", ""),
    "site_code": ("Code of the site", ""),
    "ward": ("Ward, clinic or service", "Leave these empty if the figures are of the whole trust."),
}


class MappingForm(WordsForm):
    """Asks where the places stand, and of one column or more which measure each is."""

    mark_optional = False

    def __init__(self, data: Any = None, *, columns: list[str], trust: Trust, asked: int) -> None:
        super().__init__(data)
        self.measures = {one.code: one for one in Measure.objects.filter(trust=trust)}
        self.asked = min(asked, MOST_FIGURES)
        there = [("", "No such column"), *((name, name) for name in columns)]
        for name, (label, hint) in PLACES.items():
            self.fields[name] = forms.ChoiceField(label=label, help_text=hint, choices=there, required=False)
        for number in range(self.asked):
            self.fields |= self.of_figure(number, columns)

    def of_figure(self, number: int, columns: list[str]) -> dict[str, forms.Field]:
        """What is asked of one column."""
        measures = [(NEW, "A new measure, named below"), *((one.code, one.title) for one in self.measures.values())]
        named = [(name, name) for name in columns]
        needed = number == 0
        return {
            f"column_{number}": forms.ChoiceField(
                label="Column",
                choices=[("", "Choose a column"), *named],
                required=needed,
                error_messages={"required": "Choose the column that holds the figure."},
            ),
            f"holds_{number}": forms.ChoiceField(
                label="What it holds", choices=HOLDS, widget=forms.RadioSelect, initial="share", required=False
            ),
            f"responses_{number}": forms.ChoiceField(
                label="Column with how many answered", choices=[("", "There is none"), *named], required=False
            ),
            f"measure_{number}": forms.ChoiceField(label="Which measure it is", choices=measures, initial=NEW),
            f"title_{number}": NameField(
                label="Name of the new measure", help_text="Such as “Outpatients: staff were friendly”.", required=False
            ),
            f"voice_{number}": forms.ChoiceField(
                label="Who was asked",
                choices=Voice.choices,
                widget=forms.RadioSelect,
                initial="patients",
                required=False,
            ),
            f"out_of_{number}": forms.DecimalField(
                label="Best score, if it is a score",
                min_value=1,
                max_value=1000,
                max_digits=6,
                decimal_places=2,
                required=False,
            ),
            f"better_{number}": forms.ChoiceField(
                label="Better is",
                choices=[("higher", "Higher"), ("lower", "Lower")],
                widget=forms.RadioSelect,
                initial="higher",
                required=False,
            ),
        }

    @property
    def of_places(self) -> list[Any]:
        return [self[name] for name in PLACES]

    @property
    def of_figures(self) -> list[list[Any]]:
        """The bound fields of each column that is asked of."""
        names = [name for name in self.fields if name.endswith("_0")]
        return [[self[name.removesuffix("0") + str(number)] for name in names] for number in range(self.asked)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.figures = [one for number in range(self.asked) if (one := self.mapped(cleaned, number))]
        used = [one.column for one in self.figures]
        for number, column in enumerate(used):
            if column in used[:number]:
                self.add_error(f"column_{number}", f"“{column}” is chosen twice.")
        return cleaned

    def mapped(self, cleaned: dict[str, Any], number: int) -> Mapped | None:
        """One column with its measure; None where none is chosen, or something about it is wrong."""
        column = cleaned.get(f"column_{number}")
        if not column:
            return None
        holds, responses = cleaned.get(f"holds_{number}") or "share", cleaned.get(f"responses_{number}", "")
        if holds == "count" and not responses:
            self.add_error(f"responses_{number}", "Choose the column with how many answered: a count is of these.")
        known = self.measures.get(cleaned.get(f"measure_{number}", ""))
        if known is not None and (known.kind == MeasureKind.SCORE) != (holds == "score"):
            words = "a score" if known.kind == MeasureKind.SCORE else "a share"
            self.add_error(f"holds_{number}", f"“{known.title}” is {words}. Choose that, or a new measure.")
        measure = known or self.new_measure(cleaned, number, holds)
        return Mapped(column, measure, holds == "count", responses)

    def new_measure(self, cleaned: dict[str, Any], number: int, holds: str) -> NewMeasure:
        title, out_of = cleaned.get(f"title_{number}", ""), cleaned.get(f"out_of_{number}")
        if not title:
            self.add_error(f"title_{number}", "Enter what the new measure is called.")
        if holds == "score" and out_of is None and f"out_of_{number}" not in self.errors:
            self.add_error(f"out_of_{number}", "Enter the best score that can be given.")
        return NewMeasure(
            title=title,
            voice=Voice(cleaned.get(f"voice_{number}") or Voice.PATIENTS),
            kind=MeasureKind.SCORE if holds == "score" else MeasureKind.SHARE,
            out_of=out_of if holds == "score" else None,
            higher_is_better=cleaned.get(f"better_{number}") != "lower",
        )

    def taken_again(self, service: Callable[..., Any], /, **where: Any) -> bool:
        """Whether the service took what was mapped; else its reasons are on the form."""
        try:
            service(places=self.said_places(), figures=self.figures, **where)
        except Refused as refused:
            refuse(self, refused)
            return False
        return True

    def said_places(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in PLACES}
