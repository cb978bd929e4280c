"""What people write of an action: how they mean to improve, what they have done, and what a check found."""

import re
from typing import Any

from django import forms

from assessments.forms.words import WordsField, helper
from assessments.models import CorrectiveAction, Evidence
from assessments.services.actions import possible_owners
from departments.forms.base import NameField
from departments.models import User

CODE = re.compile(r"^(?:ES\s*)?(\d{1,8})$", re.IGNORECASE)
SHOW = {"": "All", "open": "To do", "overdue": "Overdue", "check": "To be checked", "done": "Done"}


class ActionForm(forms.Form):
    """A form on an action, which carries the version that it was shown."""

    mark_optional = False  # everything may wait until the action is completed

    version = forms.IntegerField(widget=forms.HiddenInput)

    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PlanForm(ActionForm):
    """How and by when, and who answers for it. Whoever only helps is asked for the plan alone."""

    plan = WordsField(label="Plan", rows=8, required=False, help_text="What you will do, step by step, and with whom.")
    owner = forms.ModelChoiceField(
        label="Owner", queryset=User.objects.none(), required=False, empty_label="Nobody, or a post"
    )
    owner_post = NameField(
        label="Or a post", required=False, help_text="If nobody here answers for it by name: “Outpatients manager”."
    )
    due_on = forms.DateField(
        label="Due",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="By when it is done, today or later.",
    )

    field_order = ["plan", "owner", "owner_post", "due_on", "version"]

    def __init__(self, data: Any = None, *, action: CorrectiveAction, owns: bool) -> None:
        there = possible_owners(action.department) if owns else []
        names = ("plan", "owner_post", "due_on", "version")
        shown = {name: getattr(action, name) for name in names}
        super().__init__(data, initial={**shown, "owner": action.owner_id})
        self.helper = helper()
        if not owns:
            for name in ("owner", "owner_post", "due_on"):
                del self.fields[name]
            return
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in there]).order_by("name", "pk")


class DoneForm(ActionForm):
    """What has been done, and which of the department's evidence shows it."""

    done = WordsField(label="What has been done", rows=6, required=False, help_text="And what has come of it.")
    codes = forms.CharField(
        label="Evidence that shows it",
        required=False,
        max_length=500,
        help_text="Codes of the department’s evidence with commas between, such as ES 4, ES 12.",
    )

    field_order = ["done", "codes", "version"]

    def __init__(self, data: Any = None, *, action: CorrectiveAction) -> None:
        shown = [one.version.evidence.code for one in action.shown_by.select_related("version__evidence")]
        super().__init__(data, initial={"done": action.done, "codes": ", ".join(shown), "version": action.version})
        self.helper = helper()
        self.department = action.department_id

    def clean_codes(self) -> list[Evidence]:
        """The pieces that the codes name."""
        written = [code.strip() for code in self.cleaned_data["codes"].replace(";", ",").split(",") if code.strip()]
        numbers = {code: int(found[1]) for code in written if (found := CODE.match(code))}
        rows = Evidence.objects.filter(department=self.department, number__in=numbers.values())
        pieces = {row.number: row for row in rows.select_related("current__file")}
        unknown = [code for code in written if numbers.get(code) not in pieces]
        if unknown:
            raise forms.ValidationError(f"The department has no evidence with the code {', '.join(unknown)}.")
        return list(pieces.values())

    def words(self) -> dict[str, Any]:
        return {"done": self.cleaned_data["done"], "evidence": self.cleaned_data["codes"]}


class CheckForm(forms.Form):
    """Why an action is given back."""

    mark_optional = False  # said in the hint: a reason is needed to return it

    reason = WordsField(
        label="What is still missing", rows=4, required=False, help_text="Needed if you return it to the department."
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = helper()
