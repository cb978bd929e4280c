"""Evidence as people give it: a file or a link, and what it is."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from assessments.forms.words import WordsField, helper, replace_typed
from assessments.models import Assessment, Element, Evidence
from departments.models import Blob, User
from departments.services.files import CannotStore, store

ON_THE_WEB = URLValidator(schemes=("http", "https"), message="Enter an address that begins with https:// or http://.")
KEPT_FILE_SALT = "evidence.kept_file"
KEPT_FILE_SECONDS = 24 * 60 * 60


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
    kept_file = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["file", "link", "title", "owner", "dated", "notes", "also", "kept_file"]

    def __init__(
        self, data: Any = None, files: Any = None, *, assessment: Assessment, element: Element, by: User
    ) -> None:
        super().__init__(data, files)
        self.helper = helper()
        self.by = by
        others = self.fields["also"]
        assert isinstance(others, forms.ModelMultipleChoiceField)
        others.queryset = Element.objects.filter(standard_id=assessment.standard_id).exclude(pk=element.pk)
        limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        self.fields["file"].help_text = f"Documents, spreadsheets, slides, pictures, sound or film, up to {limit}."
        self.kept: dict[str, Any] | None = None

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
        self.kept = self._take_in(cleaned.get("file")) or self._open(self.data.get("kept_file", ""))
        if "file" in self.errors or "link" in self.errors:
            return cleaned
        link = cleaned.get("link")
        if self.kept and link:
            self.add_error("link", "Give a file or a web address, not both. Add the other as evidence of its own.")
        elif not self.kept and not link:
            self.add_error("file", "Choose a file, or enter a web address below.")
        return cleaned

    def _take_in(self, file: "UploadedFile[bytes] | None") -> dict[str, Any] | None:
        if file is None:
            return None
        try:
            blob = store(file=file, by=self.by)
        except CannotStore as refused:
            self.add_error("file", str(refused))
            return None
        kept = {"blob": blob.pk, "name": PurePath(file.name or "").name, "by": self.by.pk}
        replace_typed(self, kept_file=signing.dumps(kept, salt=KEPT_FILE_SALT))
        return kept

    def _open(self, token: str) -> dict[str, Any] | None:
        if not token:
            return None
        try:
            kept: dict[str, Any] = signing.loads(token, salt=KEPT_FILE_SALT, max_age=KEPT_FILE_SECONDS)
        except signing.BadSignature:
            return None
        return kept if kept["by"] == self.by.pk else None

    @property
    def kept_name(self) -> str:
        """The name of the file that waits with this form."""
        return self.kept["name"] if self.kept else ""

    def blob(self) -> Blob | None:
        return Blob.objects.get(pk=self.kept["blob"]) if self.kept else None


class EditEvidenceForm(AboutEvidence):
    """What is said of evidence, changed. The file itself never changes: a new file is new evidence."""

    link = forms.URLField(label="Web address", max_length=1000, assume_scheme="https", validators=[ON_THE_WEB])
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, evidence: Evidence) -> None:
        names = ("title", "owner", "dated", "notes", "link", "version")
        super().__init__(data, initial={name: getattr(evidence, name) for name in names})
        self.helper = helper()
        if evidence.blob_id is not None:
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
