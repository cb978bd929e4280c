"""What the forms of this floor share: names cleaned one way, and a service's refusal shown beside its field."""

import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from departments.services.refusals import Refused

T = TypeVar("T")


class NameField(forms.CharField):
    """A name: one space between words and one way to write an accent, so that no name is there twice unseen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=kwargs.pop("max_length", 200), **kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(unicodedata.normalize("NFC", super().to_python(value) or "").split())


def refuse(form: forms.Form, refused: Refused) -> None:
    """Show why a service says no: beside the field that it is about, else above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, list(refused.reasons))


class WordsForm(forms.Form):
    """A form whose words one service takes."""

    def taken_by(self, service: Callable[..., T], /, **where: Any) -> T | None:
        """What the service makes of the words; None, with the errors on the form, when they are refused."""
        if not self.is_valid():
            return None
        try:
            return service(**self.cleaned_data, **where)
        except Refused as refused:
            refuse(self, refused)
            return None
