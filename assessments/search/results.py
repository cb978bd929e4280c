"""The hits of one page of results, with what a person reads of each: title, where it is, an extract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.models import Assessment, Evidence, EvidenceVersion, Finding, Statement
from assessments.search.asked import Asked, Kind
from assessments.search.extracts import extract, marked
from assessments.search.hits import Hit, Query
from assessments.search.within import uses_of, versions_of
from departments.access import Action, may
from departments.models import User
from files.models import Page

Shown = dict[tuple[str, int], "Result"]


@dataclass(frozen=True)
class Result:
    """One line of what was found."""

    kind: str
    title: str
    url: str
    where: str
    extract: SafeString

    @property
    def kind_words(self) -> str:
        return str(Kind(self.kind).label)


def show(user: User, asked: Asked, hits: list[Hit]) -> list[Result]:
    """These hits, which `find` has found among what the person may see, in their order."""
    shown: Shown = {}
    for kind, look_up in LOOK_UP.items():
        keys = [hit.pk for hit in hits if hit.kind == kind]
        if keys:
            shown |= {(kind, pk): result for pk, result in look_up(user, asked, keys).items()}
    return [shown[hit.kind, hit.pk] for hit in hits if (hit.kind, hit.pk) in shown]


def evidence(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    query = Query(asked.words)
    use = uses_of(user, asked).filter(evidence=OuterRef("pk"), words=query).order_by("pk").values("shows")[:1]
    notes = together(F("notes"), Coalesce(Subquery(use), Value(""), output_field=TextField()))
    rows: Any = Evidence.objects.filter(pk__in=keys).select_related("department__trust")
    return {
        row.pk: Result(
            kind=Kind.EVIDENCE,
            title=f"{row.code} {row.title}",
            url=reverse("assessments:evidence_detail", args=[row.pk]),
            where=f"{place(row.department)}. Kept by {row.owner}.",
            extract=marked(row.found),
        )
        for row in rows.annotate(found=extract(notes, asked.words, query))
    }


def pages(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    query = Query(asked.words)
    rows = list(Page.objects.filter(pk__in=keys).annotate(found=extract(F("text"), asked.words, query)).defer("text"))
    versions = versions_of(user, asked).filter(file__blob__in={row.blob_id for row in rows})
    # Of several with the same content, the newest.
    by_blob = {version.file.blob_id: version for version in versions.order_by("pk") if version.file}
    return {
        row.pk: Result(
            kind=Kind.PAGES,
            title=f"{row} of {version.evidence.title}",
            url=page_url(version, row),
            where=of_version(version, inside=may(user, Action.READ_LIBRARY, version.evidence.department)),
            extract=marked(row.found),
        )
        for row in rows
        if (version := by_blob.get(row.blob_id))
    }


def together(first: Any, *others: Any) -> Any:
    """Texts of a row as one, a space between them."""
    space = Value(" ", output_field=TextField())
    for other in others:
        first = Concat(first, Concat(space, other, output_field=TextField()), output_field=TextField())
    return first


def of_version(version: EvidenceVersion, *, inside: bool) -> str:
    """Where a version belongs. That there is a newer one is for its department and its trust to know."""
    words = f"{version.evidence.code}, {version.file}. {place(version.evidence.department)}."
    return (
        words
        if version.evidence.current_id == version.pk or not inside
        else f"{words} Version {version.number}, not the current one."
    )


def page_url(version: EvidenceVersion, page: Page) -> str:
    """The page in the viewer."""
    return reverse("assessments:version_page", args=[version.pk, page.number])


def statements(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    text = together(F("text"), F("tell_me"))
    return of_elements(Kind.STATEMENTS, Statement.objects.all(), text, asked, keys)


def findings(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    text = together(F("narrative"), F("strengths"), F("improvement"))
    return of_elements(Kind.FINDINGS, Finding.objects.all(), text, asked, keys)


def of_elements(kind: Kind, rows: QuerySet[Any], text: Any, asked: Asked, keys: list[int]) -> dict[int, Result]:
    """What is written of an element of an assessment, which is where the line leads."""
    rows = rows.filter(pk__in=keys).select_related("element", "assessment__department__trust")
    return {
        row.pk: Result(
            kind=kind,
            title=f"{row.element.number} {row.element.title}",
            url=reverse("assessments:element", args=[row.assessment_id, row.element.number]),
            where=of_assessment(row.assessment),
            extract=marked(row.found),
        )
        for row in rows.annotate(found=extract(text, asked.words, Query(asked.words)))
    }


def of_assessment(assessment: Assessment) -> str:
    return f"{assessment.title}, {place(assessment.department)}."


def place(department: Any) -> str:
    return f"{department.name}, {department.trust.name}"


LOOK_UP = {Kind.EVIDENCE: evidence, Kind.PAGES: pages, Kind.STATEMENTS: statements, Kind.FINDINGS: findings}
