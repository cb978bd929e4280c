"""The hits of one page of results, with what a person reads of each: title, where it is, an extract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.models import Assessment, Evidence, EvidenceVersion, Finding, Statement
from assessments.search.asked import Asked, Kind
from assessments.search.extracts import extract, marked, together
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
    found = extract(together("notes", Subquery(use)), asked.words, query)
    rows = Evidence.objects.filter(pk__in=keys).order_by()
    return {
        row.pk: Result(
            kind=Kind.EVIDENCE,
            title=f"{row.series} {row.number} {row.title}",
            url=reverse("assessments:evidence_detail", args=[row.pk]),
            where=f"{row.department_name}, {row.trust_name}. Kept by {row.owner}.",
            extract=marked(row.found),
        )
        for row in named(rows, "pk", "series", "number", "title", "owner", **names_of("department"), found=found)
    }


def pages(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    query = Query(asked.words)
    here = Page.objects.filter(pk__in=keys).order_by()
    rows = list(named(here, "pk", "blob", "number", "label", found=extract(F("text"), asked.words, query)))
    versions = versions_of(user, asked).filter(file__blob__in={row.blob for row in rows})
    # Of several with the same content, the newest.
    by_blob = {version.file.blob_id: version for version in versions.order_by("pk") if version.file}
    return {
        row.pk: Result(
            kind=Kind.PAGES,
            title=f"{row.label or f'Page {row.number}'} of {version.evidence.title}",
            url=reverse("assessments:version_page", args=[version.pk, row.number]),
            where=of_version(version, inside=may(user, Action.READ_LIBRARY, version.evidence.department)),
            extract=marked(row.found),
        )
        for row in rows
        if (version := by_blob.get(row.blob))
    }


def named(rows: QuerySet[Any], *fields: str, **others: Any) -> Any:
    """Of each row only what is shown: whole assessments and trusts take longer to make than to find."""
    return rows.annotate(**others).values_list(*fields, *others, named=True)


def names_of(department: str) -> dict[str, F]:
    """The names of a row's department and trust."""
    return {"department_name": F(f"{department}__name"), "trust_name": F(f"{department}__trust__name")}


def of_version(version: EvidenceVersion, *, inside: bool) -> str:
    """Where a version belongs. That there is a newer one is for its department and its trust to know."""
    words = f"{version.evidence.code}, {version.file}. {place(version.evidence.department)}."
    is_older = version.evidence.current_id != version.pk
    return f"{words} Version {version.number}, not the current one." if is_older and inside else words


def statements(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    return of_elements(Kind.STATEMENTS, Statement.objects.all(), together("text", "tell_me"), asked, keys)


def findings(user: User, asked: Asked, keys: list[int]) -> dict[int, Result]:
    text = together("narrative", "strengths", "improvement")
    return of_elements(Kind.FINDINGS, Finding.objects.all(), text, asked, keys)


def of_elements(kind: Kind, rows: QuerySet[Any], text: Any, asked: Asked, keys: list[int]) -> dict[int, Result]:
    """What is written of an element of an assessment, which is where the line leads."""
    found = extract(text, asked.words, Query(asked.words))
    told: dict[str, Any] = {
        "title": F("assessment__title"),
        "number": F("element__number"),
        "element_title": F("element__title"),
    }
    told |= {"found": found} | names_of("assessment__department")
    return {
        row.pk: Result(
            kind=kind,
            title=f"{row.number} {row.element_title}",
            url=reverse("assessments:element", args=[row.assessment_id, row.number]),
            where=f"{row.title}, {row.department_name}, {row.trust_name}.",
            extract=marked(row.found),
        )
        for row in named(rows.filter(pk__in=keys).order_by(), "pk", "assessment_id", **told)
    }


def of_assessment(assessment: Assessment) -> str:
    return f"{assessment.title}, {place(assessment.department)}."


def place(department: Any) -> str:
    return f"{department.name}, {department.trust.name}"


LOOK_UP = {Kind.EVIDENCE: evidence, Kind.PAGES: pages, Kind.STATEMENTS: statements, Kind.FINDINGS: findings}
