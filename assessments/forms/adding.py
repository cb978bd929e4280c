"""New evidence: files that were sent, a file with the form itself, or a web address; several files at once."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat

from assessments.forms.evidence import ON_THE_WEB, AboutEvidence, ElementChoices
from assessments.forms.words import helper
from assessments.models import Assessment, Element
from assessments.services.adding import sent_by
from departments.models import User
from departments.services.refusals import Refused
from files.models import File
from files.rules import REFUSED, FileState, display_name, title_from
from files.services.intake import receive
from files.services.limits import refuse_early

MOST_FILES = 50


def accepted_kinds() -> str:
    """The kinds that are taken, as a file input has them."""
    return ",".join(f".{kind}" for kind in settings.EVIDENCE_FILE_TYPES)


class Tokens(forms.Field):
    """The files that wait with this form, each named by its token; what is no token names nothing."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        return [token for token in map(as_token, value or []) if token][:MOST_FILES]


def as_token(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


class AddEvidenceForm(AboutEvidence):
    """New evidence. When something else is wrong, a file that came with it is kept for the next try.

    Each file is evidence of its own: `title-TOKEN` is what it is; one alone may be named by `title` as well.
    """

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
    kept_file = Tokens(required=False)
    field_order = ["file", "link", "title", *AboutEvidence.field_order, "also", "kept_file"]

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        assessment: Assessment,
        element: Element,
        by: User,
        chosen: list[str] | None = None,
    ) -> None:
        super().__init__(data, files, initial={"kept_file": chosen or []})
        self.helper = helper()
        self.by, self.department = by, assessment.department
        self.offer_services(assessment.department)
        others = self.fields["also"]
        assert isinstance(others, forms.ModelMultipleChoiceField)
        others.queryset = Element.objects.filter(standard_id=assessment.standard_id).exclude(pk=element.pk)
        limit = filesizeformat(settings.EVIDENCE_MAX_BYTES).replace(".0", "")
        self.fields["file"].help_text = f"Documents, spreadsheets, slides, pictures, sound or film, up to {limit}."
        self.fields["file"].widget.attrs["accept"] = accepted_kinds()
        self.fields["title"].required = False
        tokens = data.getlist("kept_file") if isinstance(data, QueryDict) else chosen or []
        self.kept = self._find(tokens)
        for file in self.kept:
            self._ask_title_of(file)

    def _find(self, tokens: list[Any]) -> list[File]:
        """Files that this person sent before, and that no evidence has yet, in the order in which they were chosen."""
        asked = Tokens().to_python(tokens)
        found = sent_by(self.by, self.department).exclude(state=FileState.ARRIVING).filter(token__in=asked)
        return sorted(found, key=lambda file: asked.index(file.token))

    def _ask_title_of(self, file: File) -> None:
        """A title of its own, unless the form that was sent has one for all."""
        if self.is_bound and self.add_prefix(f"title-{file.token}") not in self.data:
            return
        about = self.fields["title"]
        assert isinstance(about, forms.CharField)
        self.fields[f"title-{file.token}"] = forms.CharField(
            label="What it is", max_length=about.max_length, initial=title_from(file.name)
        )

    def clean_file(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None:
            try:
                refuse_early(name=display_name(file.name or ""), size=file.size or 0, department=self.department)
            except Refused as refused:
                raise ValidationError(list(refused.reasons)) from None
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (file := cleaned.get("file")) is not None:
            self._take_in(file)
        link = cleaned.get("link")
        without_title = [file for file in self.kept if f"title-{file.token}" not in self.fields]
        if (without_title or not self.kept) and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", ValidationError("This field is required.", code="required"))
        for file in self.kept:
            if file.state in REFUSED:
                self.add_error("file", f"{file.name} cannot be used: {' '.join(file.problems)} Leave it out.")
        if "file" in self.errors or "link" in self.errors:
            return cleaned
        if self.kept and link:
            self.add_error("link", "Give a file or a web address, not both. Add the other as evidence of its own.")
        elif not self.kept and not link:
            self.add_error("file", "Choose a file, or enter a web address below.")
        return cleaned

    def _take_in(self, file: "UploadedFile[bytes]") -> None:
        """Keep the file that came with the form, so that it need not be chosen again whatever else is wrong."""
        try:
            kept = receive(file=file, name=file.name or "", department=self.department, by=self.by)
        except Refused as refused:
            self.add_error("file", refused.reason)
            return
        self.kept.append(kept)
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, as it came with a file
        data.setlist("kept_file", [str(one.token) for one in self.kept])
        self.data = data

    @property
    def pieces(self) -> list[dict[str, Any]]:
        """What is to be evidence: each file with its title, or the web address."""
        said = self.cleaned_data
        if not self.kept:
            return [{"title": said["title"], "link": said["link"]}]
        return [{"title": said.get(f"title-{file.token}") or said["title"], "file": file} for file in self.kept]

    @property
    def shared(self) -> dict[str, Any]:
        """What is said of all of them."""
        return {bound.name: self.cleaned_data[bound.name] for bound in self.details}

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The files that wait with this form, each with the field for its title, if it has one of its own."""
        names = {file: f"title-{file.token}" for file in self.kept}
        return [{"file": file, "title": self[name] if name in self.fields else None} for file, name in names.items()]

    @property
    def details(self) -> list[forms.BoundField]:
        """The fields that are about all files at once, in the order in which the page asks them."""
        return [self[name] for name in self.fields if name in AboutEvidence.base_fields and name != "title"]
