"""Evidence as people give it: a file or a link, and what it is."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from assessments.forms.words import WordsField, helper, replace_typed
from assessments.models import Assessment, Element, Evidence
from departments.models import User
from departments.services.files import CannotStore
from files.models import File
from files.rules import FileState
from files.services.intake import receive

ON_THE_WEB = URLValidator(schemes=("http", "https"), message="Enter an address that begins with https:// or http://.")


class ElementChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.title}"


class AboutEvidence(forms.Form):
    """What is said of a piece of evidence, file or link."""

    title = forms.CharField(
        label="What it is", max_length=200, help_text="For example, “Complaints annual report 2025”."
    )
    owner = forms.CharField(label="Who keeps it", max_length=200, help_text="A name or a post.")
    dated = forms.DateField(
        label="Date of the evidence",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="When it was made or published, not when you upload it.",
    )
    notes = WordsField(
        label="Notes", rows=3, required=False, help_text="Which pages matter, or what the assessor should look for."
    )

    def clean_dated(self) -> Any:
        dated = self.cleaned_data["dated"]
        if dated > timezone.localdate():
            raise forms.ValidationError("Enter a date that is today or earlier.")
        if dated.year < 1948:
            raise forms.ValidationError("Enter the year with four digits, such as 2025.")
        return dated


class AddEvidenceForm(AboutEvidence):
    """New evidence. When something else is wrong, a file that came with it is kept for the next try."""

    mark_optional = False  # a file or a web address: "optional" beside each would mislead

    file = forms.FileField(label="File", required=False)
    link = forms.URLField(
        label="Or a web address",
        validators=[ON_THE_WEB],
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text="For evidence that lives on a public website.",
    )
    also = ElementChoices(
        label="It also supports",
        queryset=Element.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kept_file = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ["file", "link", "title", "owner", "dated", "notes", "also", "kept_file"]

    def __init__(
        self, data: Any = None, files: Any = None, *, assessment: Assessment, element: Element, by: User
    ) -> None:
        super().__init__(data, files)
        self.helper = helper()
        self.by, self.department = by, assessment.department
        others = self.fields["also"]
        assert isinstance(others, forms.ModelMultipleChoiceField)
        others.queryset = Element.objects.filter(standard_id=assessment.standard_id).exclude(pk=element.pk)
        limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        self.fields["file"].help_text = f"Documents, spreadsheets, slides, pictures, sound or film, up to {limit}."
        self.kept: File | None = None

    def clean_file(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return None
        name = PurePath(file.name or "").name
        kind = PurePath(name).suffix.lower().removeprefix(".")
        if kind not in settings.EVIDENCE_FILE_TYPES:
            allowed = ", ".join(settings.EVIDENCE_FILE_TYPES)
            raise forms.ValidationError(f"Choose a file of another kind. These are taken: {allowed}.")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.kept = self._take_in(cleaned.get("file")) or self._find(cleaned.get("kept_file"))
        if "file" in self.errors or "link" in self.errors:
            return cleaned
        link = cleaned.get("link")
        if self.kept and link:
            self.add_error("link", "Give a file or a web address, not both. Add the other as evidence of its own.")
        elif not self.kept and not link:
            self.add_error("file", "Choose a file, or enter a web address below.")
        return cleaned

    def _take_in(self, file: "UploadedFile[bytes] | None") -> File | None:
        if file is None:
            return None
        try:
            kept = receive(file=file, name=PurePath(file.name or "").name, department=self.department, by=self.by)
        except CannotStore as refused:
            self.add_error("file", str(refused))
            return None
        replace_typed(self, kept_file=str(kept.token))
        return kept

    def _find(self, token: Any) -> File | None:
        """A file that this person sent before, and that no evidence has yet."""
        mine = File.objects.filter(sent_by=self.by, department=self.department, versions=None)
        return mine.exclude(state__in=[FileState.ARRIVING, FileState.DESTROYED]).filter(token=token).first()

    @property
    def kept_name(self) -> str:
        """The name of the file that waits with this form."""
        return self.kept.name if self.kept else ""


class EditEvidenceForm(AboutEvidence):
    """What is said of evidence, changed. The file itself never changes: a new file is new evidence."""

    link = forms.URLField(label="Web address", max_length=1000, assume_scheme="https", validators=[ON_THE_WEB])
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, evidence: Evidence) -> None:
        said = {name: getattr(evidence, name) for name in ("title", "owner", "notes", "version")}
        said |= {name: getattr(evidence.current, name) for name in ("dated", "link")}
        super().__init__(data, initial=said)
        self.helper = helper()
        if evidence.current.file_id is not None:
            del self.fields["link"]

    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ChooseForm(forms.Form):
    """Evidence that the department has already, put to one element."""

    evidence = forms.ModelMultipleChoiceField(
        queryset=Evidence.objects.none(),
        error_messages={"required": "Choose at least one piece of evidence."},
    )

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        field = self.fields["evidence"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Evidence.objects.filter(department_id=assessment.department_id)


class ElementsForm(forms.Form):
    """The elements that one piece of evidence supports."""

    elements = ElementChoices(
        label="Elements",
        queryset=Element.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one element."},
    )

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        field = self.fields["elements"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Element.objects.filter(standard_id=assessment.standard_id)
