"""What a department has to improve: the list of its actions, one of them, and the button that makes one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from assessments.forms.actions import SHOW
from assessments.improving import ActionState
from assessments.models import Assessment, CorrectiveAction, Element, EvidenceVersion, Finding
from assessments.models.actions import CorrectiveActionQuerySet
from assessments.services.actions import action_of_finding
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.views.seeing import finding_or_404
from departments.access import Action, SignedInRequest, guard, may
from departments.models import Department

PAGE_ROWS = 50


@guard(Action.READ_ACTIONS, on=Department)
def of_department(request: SignedInRequest, department: Department) -> HttpResponse:
    """Every action of a department, across its assessments."""
    return list_of(request, department, breadcrumbs.to_list())


@guard(Action.READ_ACTIONS, on=Assessment)
def of_assessment(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The same for whoever comes from an assessment: its own actions, and those that the department brings along."""
    return list_of(request, assessment.department, breadcrumbs.to_assessment(assessment))


def list_of(request: SignedInRequest, department: Department, crumbs: breadcrumbs.Crumbs) -> HttpResponse:
    show, today = request.GET.get("show", ""), timezone.localdate()
    rows = CorrectiveAction.objects.filter(department=department).visible_to(request.user)
    page = Paginator(shown(rows, show).with_owner_there().in_order(), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "department": department,
        "page": page,
        "lines": [line(row) for row in page],
        "choices": [{"code": code, "words": words, "current": code == show} for code, words in SHOW.items()],
        "show": show,
        "today": today,
        "crumbs": crumbs,
    }
    return render(request, "assessments/actions.html", context)


def shown(rows: CorrectiveActionQuerySet, show: str) -> CorrectiveActionQuerySet:
    """The rows that a filter keeps; one that makes no sense keeps them all."""
    if show == "open":
        return rows.to_do()
    if show == "overdue":
        return rows.overdue(today=timezone.localdate())
    states = {"check": [ActionState.COMPLETED], "done": [ActionState.CHECKED, ActionState.CLOSED]}
    return rows.filter(state__in=states[show]) if show in states else rows


def line(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "has_left": row.is_to_do and row.owner_id is not None and not row.owner_is_there,
        "overdue": row.overdue(timezone.localdate()),
    }


@guard(Action.READ_ACTIONS, on=CorrectiveAction)
def detail(request: SignedInRequest, action: CorrectiveAction) -> HttpResponse:
    evidence = EvidenceVersion.objects.filter(pk__in=action.shown_by.values("version")).visible_to(request.user)
    own = CorrectiveAction.objects.filter(pk=action.pk).with_owner_there().get()
    context = {
        "action": action,
        "has_left": line(own)["has_left"],
        "evidence": evidence.order_by("evidence__number"),
        "steps": action.steps.select_related("by"),
        "returned": action.steps.select_related("by").last() if action.state == ActionState.RETURNED else None,
        "facts": facts(action),
        "today": timezone.localdate(),
        "found_in": find_assessment(request, action),
        "may": abilities(request, action),
        "crumbs": crumbs_to(request, action),
    }
    return render(request, "assessments/action.html", context)


def facts(action: CorrectiveAction) -> list[dict[str, str]]:
    """Who answers for it and by when. What is missing is said, as somebody has to choose it."""
    due = date_format(action.due_on, "j F Y") if action.due_on else "No day chosen yet"
    return [{"key": "Owner", "value": action.owner_words or "Nobody chosen yet"}, {"key": "Due", "value": due}]


def find_assessment(request: SignedInRequest, action: CorrectiveAction) -> Assessment | None:
    """The assessment that it comes from, for whoever sees that one too."""
    return Assessment.objects.visible_to(request.user).filter(Q(actions=action) | Q(gaps__actions=action)).first()


def abilities(request: SignedInRequest, action: CorrectiveAction) -> dict[str, bool]:
    """What this person may do with this action as it stands."""
    user, to_do = request.user, action.is_to_do
    return {
        "plan": to_do and may(user, Action.PLAN_ACTION, action),
        "own": to_do and may(user, Action.OWN_ACTION, action),
        "check": action.state == ActionState.COMPLETED and may(user, Action.CHECK_ACTION, action),
    }


def crumbs_to(request: SignedInRequest, action: CorrectiveAction) -> breadcrumbs.Crumbs:
    """The way to an action: through its department for whoever sees all of it, else from the list of assessments."""
    if not may(request.user, Action.READ_ACTIONS, action.department):
        return breadcrumbs.to_list()
    url = reverse("assessments:actions", args=[action.department_id])
    return [*breadcrumbs.to_list(), {"title": f"Actions of {action.department.name}", "url": url}]


def crumbs_within(request: SignedInRequest, action: CorrectiveAction) -> breadcrumbs.Crumbs:
    here = {"title": f"Action on {action.element.number}", "url": reverse("assessments:action", args=[action.pk])}
    return [*crumbs_to(request, action), here]


def around_actions(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """What an element's surroundings say of actions: those on it, and whether one can be made of its finding."""
    rows = CorrectiveAction.objects.filter(department=assessment.department_id).visible_to(request.user)
    there = list(rows.of_element(element).with_owner_there().in_order()) if read_actions(request, assessment) else []
    finding = None
    if assessment.is_decided and may(request.user, Action.OWN_ACTION, assessment):
        finding = Finding.objects.filter(assessment=assessment, element=element).exclude(improvement="").first()
    made = finding is not None and any(row.finding_id == finding.pk for row in there)
    return {"actions": [line(row) for row in there], "makes_action": finding is not None and not made}


def read_actions(request: SignedInRequest, assessment: Assessment) -> bool:
    return may(request.user, Action.READ_ACTIONS, assessment)


@guard(Action.OWN_ACTION, on=Assessment)
@require_POST
def make(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """Turn the area for improvement of a decided finding into an action."""
    finding = finding_or_404(request.user, assessment, number)
    try:
        action = action_of_finding(finding=finding, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("assessments:element", assessment.pk, number)
    messages.success(request, "It is an action now: choose who answers for it, and by when.")
    return redirect("assessments:action_plan", action.pk)
