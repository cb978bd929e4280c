"""Good practice as everybody finds it: the library, one case, and what is offered beside an element."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.forms.practice import LibraryOfPracticeForm
from assessments.models import Assessment, Element, Finding, PracticeCase, Statement
from assessments.practising import CaseState, is_weak
from assessments.rules import Band
from assessments.services.practice import case_of_finding, lacks
from assessments.services.refusals import Refused
from assessments.views.seeing import finding_or_404, sees_findings
from departments.access import Action, SignedInRequest, guard, guard_anywhere, may

PAGE_ROWS = 20
MOST_OFFERED = 3


@guard_anywhere(Action.READ_PRACTICE)
def library(request: SignedInRequest) -> HttpResponse:
    """What is published, to be searched; to those who write or publish, what of theirs is on its way there."""
    find = LibraryOfPracticeForm(request.GET)
    seen = PracticeCase.objects.visible_to(request.user)
    page = Paginator(find.among(seen.published()), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "find": find,
        "page": page,
        "on_the_way": on_the_way(request),
        "narrowed": any(find.said(name) for name in find.fields),
        "of_department": page[0].whose if find.said("department") and page else "",
        "may": {"add": may(request.user, Action.PUBLISH_PRACTICE)},
        "crumbs": [{"title": "Home", "url": reverse("portal:home")}],
    }
    return render(request, "assessments/practice_library.html", context)


def on_the_way(request: SignedInRequest) -> list[PracticeCase]:
    user = request.user
    if not (may(user, Action.WRITE_PRACTICE) or may(user, Action.PUBLISH_PRACTICE)):
        return []
    return list(PracticeCase.objects.visible_to(user).exclude(state=CaseState.PUBLISHED).order_by("-pk")[:PAGE_ROWS])


def find_case(request: SignedInRequest, pk: int) -> PracticeCase:
    """A case that this person may read: a published one is everybody's, so no role over its department is needed."""
    return get_object_or_404(PracticeCase.objects.visible_to(request.user), pk=pk)


@guard_anywhere(Action.READ_PRACTICE)
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    case = find_case(request, pk)
    context = {
        "case": case,
        "nomination": getattr(case, "nomination", None),
        "missing": lacks(case),
        "may": abilities(request, case),
        "crumbs": crumbs_to_library(),
    }
    return render(request, "assessments/practice_case.html", context)


def abilities(request: SignedInRequest, case: PracticeCase) -> dict[str, bool]:
    """What this person may do with this case as it stands."""
    writes = may(request.user, Action.WRITE_PRACTICE, case)
    publishes = may(request.user, Action.PUBLISH_PRACTICE, case)
    plus = case.finding is not None and case.finding.band == Band.COMPLIANCE_PLUS
    return {
        "inside": writes or publishes,
        "write": case.is_writable and writes,
        "consent": writes and case.is_writable,
        "withdraw": writes and not case.is_writable,
        "publish": publishes and (case.state == CaseState.CONSENTED or (case.is_writable and not case.is_nhs)),
        "take_out": publishes and case.is_published,
        "nominate": publishes and case.is_published and plus,
    }


def crumbs_to_library() -> list[dict[str, str]]:
    return [
        {"title": "Home", "url": reverse("portal:home")},
        {"title": "Good practice", "url": reverse("assessments:practice")},
    ]


@guard(Action.WRITE_PRACTICE, on=Assessment)
@require_POST
def make(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """Begin the case of a finding that names good practice."""
    finding = finding_or_404(request.user, assessment, number)
    try:
        case = case_of_finding(finding=finding, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("assessments:element", assessment.pk, number)
    return redirect("assessments:practice_edit", case.pk)


def around_practice(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """What others do, where the department is weak; and the case of its own, where an assessor saw good practice."""
    own = Statement.objects.filter(assessment=assessment, element=element).values_list("band", "text").get()
    finding = None
    if sees_findings(request.user, assessment):
        finding = Finding.objects.filter(assessment=assessment, element=element).first()
    weak = is_weak(own=own[0], found=finding.band if finding else "", has_text=bool(own[1]))
    flagged = finding is not None and finding.good_practice and assessment.is_decided
    case = PracticeCase.objects.visible_to(request.user).filter(finding=finding).first() if flagged else None
    makes = flagged and case is None and may(request.user, Action.WRITE_PRACTICE, assessment)
    return {"offered": offered(assessment, element) if weak else [], "own_case": case, "makes_case": makes}


def offered(assessment: Assessment, element: Element) -> list[PracticeCase]:
    """Up to three published cases of others: of this element in any version first, then of its sub-criterion."""
    line = element.lineage()
    exact = Case(When(element__in=[row.pk for row in line], then=Value(0)), default=Value(1))
    rows = PracticeCase.objects.published().with_names().exclude(department=assessment.department_id)
    beside = rows.filter(element__subcriterion__in=[row.subcriterion_id for row in line])
    return list(beside.order_by(exact, "-published_at", "-pk")[:MOST_OFFERED])
