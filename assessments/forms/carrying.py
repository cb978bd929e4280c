"""What is chosen of an earlier assessment's evidence."""

from collections.abc import Iterable
from typing import Any

from django import forms

from assessments.services.reuse import Carried


class CarryForm(forms.Form):
    """The earlier uses that are to stand in the new assessment too."""

    chosen = forms.MultipleChoiceField(
        error_messages={"required": "Choose at least one piece of evidence to carry forward."},
    )

    def __init__(self, data: Any = None, *, rows: Iterable[Carried]) -> None:
        super().__init__(data)
        self.rows = {row.key: row for row in rows}
        self.fields["chosen"].choices = [(key, key) for key in self.rows]  # type: ignore[attr-defined]

    def clean_chosen(self) -> list[Carried]:
        return [self.rows[key] for key in self.cleaned_data["chosen"]]

    def ticked(self) -> set[str] | None:
        """What was ticked before the form was refused; None when it is only opened."""
        return set(self.data.getlist("chosen")) if self.is_bound else None  # type: ignore[attr-defined]
