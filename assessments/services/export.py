"""The evidence of one assessment as one ZIP, made while it is sent: an index first, then each file that may be seen."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils import timezone
from zipstream import ZipStream

from assessments.models import Assessment, EvidenceUse, EvidenceVersion
from departments.models import Blob, User
from departments.services.files import Damaged, read
from departments.services.names import portable_name, shortened
from files.models import File
from files.rules import FileState, ending_of

MOST_BYTES_OF_A_NAME = 200  # leaves room for the folders in which people unpack
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
NOT_SERVED: dict[str, str] = {
    FileState.WAITING: "It is being checked.",
    FileState.CHECKING: "It is being checked.",
    FileState.NOT_SCANNED: "It waits for the virus scanner.",
}
HEADINGS = [
    "Code", "Title", "Version", "Kept by", "Date", "Valid until", "Review on", "Elements", "Strongest for",
    "What it shows, and where", "File in this ZIP", "Web address", "Bytes", "SHA-256", "Why it is not in this ZIP",
]  # fmt: skip


@dataclass
class Line:
    """One version of a piece of evidence, as the index tells it."""

    version: EvidenceVersion
    uses: list[EvidenceUse] = field(default_factory=list)
    name: str = ""
    missing: str = ""

    @property
    def file(self) -> File | None:
        return self.version.file

    @property
    def sha256(self) -> str:
        return str(self.file.blob.sha256) if self.name and self.file and self.file.blob else ""

    @property
    def href(self) -> str:
        return quote(self.name)

    @property
    def elements(self) -> str:
        return ", ".join(use.element.number for use in self.uses)

    @property
    def strongest(self) -> str:
        return ", ".join(use.element.number for use in self.uses if use.strongest)

    @property
    def notes(self) -> list[str]:
        said = [(use.element.number, ", ".join(part for part in (use.shows, use.place) if part)) for use in self.uses]
        return [f"{number}: {words}" for number, words in said if words]

    def cells(self) -> list[str]:
        version, file = self.version, self.file
        evidence = version.evidence
        days = [day.isoformat() if day else "" for day in (version.dated, version.valid_until, version.review_on)]
        said = [self.elements, self.strongest, "; ".join(self.notes), self.name, version.link]
        size = str(file.size) if file else ""
        first = [evidence.code, evidence.title, str(version.number), evidence.owner]
        return [harmless(cell) for cell in [*first, *days, *said, size, self.sha256, self.missing]]


def evidence_zip(*, assessment: Assessment, reader: User) -> ZipStream:
    """What an assessment rests on, as far as `reader` may see it. Its length is known before it is made.

    Nothing is compressed, as evidence is already; a megabyte at a time is in memory. A file that is damaged, or that
    is destroyed meanwhile, raises Damaged in the middle: whoever downloads gets a broken ZIP and not a wrong one.
    """
    lines = name_each(lines_of(assessment, reader))
    zipped = ZipStream(sized=True)
    said = {"assessment": assessment, "lines": lines, "at": timezone.now()}
    zipped.add(index_csv(lines), "index.csv")
    zipped.add(render_to_string("assessments/evidence_index.html", said), "index.html")
    for line in lines:
        if line.name and line.file and line.file.blob:
            zipped.add(verified(line.file.blob), line.name, size=line.file.blob.size)
    return zipped


def lines_of(assessment: Assessment, reader: User) -> list[Line]:
    """Every version that the assessment uses and the reader may know of, with what its index says."""
    uses = EvidenceUse.objects.filter(assessment=assessment).select_related("element")
    by_version: dict[int, list[EvidenceUse]] = {}
    for use in uses.order_by("element__position"):
        by_version.setdefault(use.version_id, []).append(use)
    rows = EvidenceVersion.objects.filter(pk__in=by_version).order_by("evidence__number", "number")
    seen = set(rows.open_to(reader).values_list("pk", flat=True))
    return [
        Line(version, by_version[version.pk], missing=why_it_is_missing(version, open_to_them=version.pk in seen))
        for version in rows.visible_to(reader)
    ]


def why_it_is_missing(version: EvidenceVersion, *, open_to_them: bool) -> str:
    """Why a version has no file in the ZIP, in words; empty when it has one."""
    file = version.file
    if file is None:
        return "It is a web address."
    if file.state == FileState.DESTROYED or file.blob is None:
        return "It was destroyed by the rules on how long each kind of record is kept."
    if not file.is_servable:
        return NOT_SERVED.get(file.state, "It is kept shut since its check.")
    if not open_to_them and file.read_at is None:
        return NOT_SERVED[FileState.CHECKING]
    return "" if open_to_them else "Its department has yet to decide whether it names a patient."


def name_each(lines: list[Line]) -> list[Line]:
    """Give each file that goes in a name of its own, such as `ES 12 – Patient survey.pdf`."""
    given: set[str] = {"index.csv", "index.html"}
    for line in lines:
        if line.missing or line.file is None:
            continue
        ending = ending_of(line.file.name)
        words = f"{line.version.evidence.code} – {line.version.evidence.title}"
        name = named(words, ending)
        if name.casefold() in given:
            name = named(f"{shortened(words, 150)}, version {line.version.number}", ending)
        given.add(name.casefold())
        line.name = name
    return lines


def named(words: str, ending: str) -> str:
    return shortened(portable_name(f"{words}.{ending}" if ending else words), MOST_BYTES_OF_A_NAME)


def verified(blob: Blob) -> Iterator[memoryview]:
    """The bytes of a file, hashed as they go by: one that was altered ends in Damaged, and not as if all were well."""
    digest = hashlib.sha256()
    for data in read(blob=blob):
        digest.update(data)
        yield data
    if digest.hexdigest() != blob.sha256:
        raise Damaged(f"Blob {blob.pk} is not what its hash says.")


def index_csv(lines: list[Line]) -> bytes:
    """For spreadsheets, which tell by the mark at its beginning that it is UTF-8."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    table.writerows(line.cells() for line in lines)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell
