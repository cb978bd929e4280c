"""What somebody wishes of e-mails: whether any, and how each kind of notice comes."""

from typing import Any

from django import forms

from departments.models import MailWishes
from departments.rules import KIND_MEANINGS, KINDS_THAT_ASK, NoticeKind, Way


class EmailsForm(forms.Form):
    """A choice for each kind of notice. Empty is the usual way, which the field says in words."""

    mark_optional = False
    takes_mail = forms.TypedChoiceField(
        label="Do you want e-mails?",
        choices=[("yes", "Yes, as chosen below"), ("no", "No, I look at Home")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--inline"}),
    )

    def __init__(self, data: Any, *, wishes: MailWishes | None) -> None:
        super().__init__(data, initial={"takes_mail": "yes" if wishes is None or wishes.takes_mail else "no"})
        for kind in NoticeKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                help_text=KIND_MEANINGS[kind],
                choices=[("", usual(kind)), *Way.choices],
                initial=wishes.ways.get(kind.value, "") if wishes else "",
                required=False,
            )

    @property
    def ways(self) -> dict[str, str]:
        """The kinds for which something else than the usual way is chosen."""
        return {kind.value: way for kind in NoticeKind if (way := self.cleaned_data[kind.value])}


def usual(kind: NoticeKind) -> str:
    if kind in KINDS_THAT_ASK:
        return "As usual: daily, or at once if there is a date"
    return "As usual: daily"
