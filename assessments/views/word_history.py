"""The history of a statement or a finding: who wrote when, and what differs between any two versions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import render

from assessments.differences import Piece, differences
from assessments.models import Assessment, Finding, Statement
from assessments.services import word_history
from assessments.sittings import Sitting, Version, sittings
from assessments.views import breadcrumbs
from departments.access import Action, SignedInRequest, guard, may

SITTINGS_A_PAGE = 25


@guard(Action.READ_ASSESSMENT, on=Assessment)
def statement_history(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """All of it to the department's own people; to reviewers what was submitted, each time that it was."""
    statement = find(Statement, assessment, number)
    if may(request.user, Action.READ_LIBRARY, assessment):
        versions = word_history.versions_of(statement)
    else:
        versions = word_history.submitted_versions_of(statement, assessment)
    return show(request, assessment, statement, versions)


@guard(Action.READ_OPEN_FINDINGS, on=Assessment)
def finding_history(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """For assessor and certifier alone, after the decision too: what was thought on the way stays theirs."""
    finding = find(Finding, assessment, number)
    return show(request, assessment, finding, word_history.versions_of(finding))


def find(model: Any, assessment: Assessment, number: str) -> Any:
    rows = model.objects.filter(assessment=assessment, element__number=number)
    row = rows.select_related("element__subcriterion__criterion").first()
    if row is None:
        raise Http404
    return row


def show(
    request: SignedInRequest, assessment: Assessment, row: Statement | Finding, versions: list[Version]
) -> HttpResponse:
    sat = [sitting for sitting in sittings(versions) if sitting.first.who or sitting.changed]
    older, newer = chosen(request, versions, sat)
    context = {
        "assessment": assessment,
        "element": row.element,
        "what": "statement" if isinstance(row, Statement) else "finding",
        "page": Paginator([told(row, sitting) for sitting in reversed(sat)], SITTINGS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "choices": [sitting.last for sitting in reversed(sat)],
        "older": older,
        "newer": newer,
        "compared": compared(row, older, newer) if newer else [],
        "crumbs": breadcrumbs.to_element(assessment, row.element),
    }
    return render(request, "assessments/word_history.html", context)


def told(row: Statement | Finding, sitting: Sitting) -> dict[str, Any]:
    return {"sitting": sitting, "changed": [label(row, name) for name in sitting.changed]}


def chosen(
    request: SignedInRequest, versions: list[Version], sat: list[Sitting]
) -> tuple[Version | None, Version | None]:
    """The two versions that the address names, the older first; if it names none, what the last sitting changed."""
    by_id = {str(version.id): version for version in versions}
    asked = [by_id[name] for key in ("older", "newer") if (name := request.GET.get(key, "")) in by_id]
    if len(asked) == 2:
        older, newer = sorted(asked, key=lambda version: version.id)
        return older, newer
    return (sat[-1].found, sat[-1].last) if sat else (None, None)


def compared(row: Statement | Finding, older: Version | None, newer: Version) -> list[dict[str, Any]]:
    """Each field that somebody wrote into, with what differs marked."""
    now = word_history.values_at(row, newer.id)
    was = word_history.values_at(row, older.id) if older else dict.fromkeys(now, "")
    return [
        {"label": label(row, name), "pieces": marked(row, name, was[name], now[name])}
        for name in now
        if now[name] or was[name]
    ]


def marked(row: Statement | Finding, name: str, was: Any, now: Any) -> list[Piece]:
    if name in word_history.TEXTS[type(row)]:
        return differences(was, now)
    before, after = (said(row, name, value) for value in (was, now))
    return [Piece("same", after)] if before == after else [Piece("gone", before), Piece("new", after)]


def said(row: Model, name: str, value: Any) -> str:
    """A choice by its label, a tick as yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices: dict[Any, str] = dict(row._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, "Not yet rated"))


def label(row: Model, name: str) -> str:
    words = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]
