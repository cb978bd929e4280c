"""What is asked of a department on an element, and what it answers; an assessor's own note."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from assessments.forms.evidence import with_a_whole_year
from assessments.forms.sending import SendingForm
from assessments.forms.words import WordsField, helper
from assessments.models import Evidence, PrivateNote, Query
from assessments.rules import working_days_after
from departments.models import Department, User
from files.rules import title_from

DAYS_TO_ANSWER = 10  # working days


class AskForm(forms.Form):
    """A question, and until when it should be answered. `query` is the one that is asked again."""

    text = WordsField(
        label="Your question",
        rows=5,
        help_text="Say what you read, and what you need to know or see. The department and its executives read it.",
    )
    due_on = forms.DateField(label="Answer by", widget=forms.DateInput(attrs={"type": "date"}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, query: Query | None = None) -> None:
        due = working_days_after(timezone.localdate(), DAYS_TO_ANSWER)
        if query is not None and query.is_open:
            due = max(query.due_on, timezone.localdate())
        super().__init__(data, initial={"due_on": due, "version": query.version if query else 0})
        self.helper = helper()
        if query is not None:
            again = "Why you open it again" if query.is_closed else "What you still need to know"
            self.fields["text"].label = again
            self.fields["text"].help_text = ""

    def clean_due_on(self) -> date:
        due: date = with_a_whole_year(self.cleaned_data["due_on"])
        if due < timezone.localdate():
            raise forms.ValidationError("Choose a day that is today or later.")
        return due

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "due_on")}


class PieceChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.title}"


class BringingForm(SendingForm):
    """Evidence that comes with words: what the department has, or a file or an address that is new; or none."""

    mark_optional = False  # said above the part that may stay empty
    needs_one = False

    evidence = PieceChoices(
        label="Evidence that you already have",
        queryset=Evidence.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "nhsuk-checkboxes--small"}),
    )
    title = forms.CharField(
        label="What the new file or address is",
        max_length=200,
        required=False,
        help_text="For example, “Complaints annual report 2025”. Empty: the name of the file.",
    )

    def __init__(self, data: Any = None, files: Any = None, *, department: Department, by: User, **kwargs: Any) -> None:
        super().__init__(data, files, department=department, by=by, **kwargs)
        self.helper = helper()
        self.fields["file"].label = "A new file"
        pieces = self.fields["evidence"]
        assert isinstance(pieces, forms.ModelMultipleChoiceField)
        pieces.queryset = Evidence.objects.filter(department=department)
        if not pieces.queryset.exists():
            del self.fields["evidence"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("link") and not self.kept and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", "Say what is at this address.")
        return cleaned

    @property
    def shows_evidence(self) -> bool:
        """Whether something of the evidence is filled in or wrong, so that its part stands open."""
        names = [name for name in ("evidence", "file", "link", "title") if name in self.fields]
        return bool(self.kept) or any(self[name].errors or self[name].data for name in names if self.is_bound)

    def brings(self) -> dict[str, Any]:
        """The evidence that comes with the words: what is chosen, and what is new."""
        said = self.cleaned_data
        new: dict[str, Any] | None = None
        if self.kept or said["link"]:
            what = {"file": self.kept} if self.kept else {"link": said["link"]}
            title = said["title"] or title_from(self.kept_name)
            new = {"title": title, "owner": self.by.name, "dated": timezone.localdate(), **what}
        return {"evidence": list(said.get("evidence") or []), "new": new}


class AnswerForm(BringingForm):
    """An answer in words, with the evidence that it brings."""

    text = WordsField(label="Your answer", rows=6)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, query: Query, by: User) -> None:
        department = query.assessment.department
        super().__init__(data, files, department=department, by=by, initial={"version": query.version})


class NoteForm(forms.Form):
    """An assessor's own note on an element."""

    mark_optional = False  # a note may be emptied

    note = WordsField(
        label="Private note", rows=4, required=False, help_text="Nobody but you reads it: no certifier, no department."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, note: PrivateNote | None) -> None:
        shown = {"note": note.text, "version": note.version} if note else {"note": "", "version": 0}
        super().__init__(data, initial=shown, auto_id="note-%s")
        self.helper = helper()
