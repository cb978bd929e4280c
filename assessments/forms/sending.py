"""A file or a web address, as part of a form. A file that came with a refused form is kept for the next try."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from assessments.forms.evidence import ON_THE_WEB
from assessments.forms.words import replace_typed
from assessments.services.adding import sent_by
from departments.models import Department, User
from departments.services.refusals import Refused
from files.models import File
from files.rules import FileState, display_name
from files.services.intake import receive
from files.services.limits import refuse_early


class SendingForm(forms.Form):
    """Asks for one of the two. After `is_valid`, `kept` is the file, or None for a web address."""

    needs_one = True

    file = forms.FileField(label="File", required=False)
    link = forms.URLField(
        label="Or a web address",
        validators=[ON_THE_WEB],
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text="For evidence that lives on a public website.",
    )
    kept_file = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, department: Department, by: User, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.by, self.department = by, department
        limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        self.fields["file"].help_text = f"Documents, spreadsheets, slides, pictures, sound or film, up to {limit}."
        self.kept: File | None = None

    def clean_file(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None:
            try:
                refuse_early(name=display_name(file.name or ""), size=file.size or 0, department=self.department)
            except Refused as refused:
                raise forms.ValidationError(list(refused.reasons)) from None
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.kept = self._take_in(cleaned.get("file")) or self._find(cleaned.get("kept_file"))
        if "file" in self.errors or "link" in self.errors:
            return cleaned
        link = cleaned.get("link")
        if self.kept and link:
            self.add_error("link", "Give a file or a web address, not both. Add the other as evidence of its own.")
        elif self.needs_one and not self.kept and not link:
            self.add_error("file", "Choose a file, or enter a web address below.")
        return cleaned

    def _take_in(self, file: "UploadedFile[bytes] | None") -> File | None:
        if file is None:
            return None
        try:
            kept = receive(file=file, name=file.name or "", department=self.department, by=self.by)
        except Refused as refused:
            self.add_error("file", refused.reason)
            return None
        replace_typed(self, kept_file=str(kept.token))
        return kept

    def _find(self, token: Any) -> File | None:
        """A file that this person sent before, and that no evidence has yet."""
        found = sent_by(self.by, self.department).exclude(state=FileState.ARRIVING)
        return found.filter(token=token).first() if token else None

    @property
    def kept_name(self) -> str:
        """The name of the file that waits with this form."""
        return self.kept.name if self.kept else ""
