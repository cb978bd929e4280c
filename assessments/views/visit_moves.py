"""The visit's moves, a page each: planned, called off, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.forms.visits import CloseForm, WhyForm
from assessments.models import Assessment, Visit
from assessments.services import visit_moves
from assessments.services.refusals import Refused
from assessments.services.visit_coverage import coverage_of_visit
from assessments.views import breadcrumbs, visits
from assessments.workflow import Move
from departments.access import Action, SignedInRequest, guard
from departments.forms.base import refuse
from departments.views.typed import typed


@guard(Action.VISIT, on=Assessment)
def plan_visit(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Without a plan, the page that begins one; with one, what telling the department of it means."""
    visit = Visit.objects.visible_to(request.user).filter(pk=assessment.pk).first()
    if visit is None:
        return visits.begin(request, assessment)
    refused: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            visit_moves.announce(visit=visit, by=request.user)
        except Refused as error:
            refused = error.reasons
        else:
            messages.success(request, "The visit is planned. The department sees the plan, and its lead is told.")
            return redirect("assessments:visit", visit.pk)
    context = {"visit": visit, "assessment": assessment, "refused": refused, "stops": list(visit.stops.all())}
    return render(request, "assessments/visit_announce.html", {**context, "crumbs": breadcrumbs.to_visit(visit)})


@guard(Action.VISIT, on=Visit)
def call_off(request: SignedInRequest, visit: Visit) -> HttpResponse:
    words = "The department no longer sees the plan, and its lead is told why. You can change it and tell them again."
    return with_reason(request, visit, visit_moves.call_off, "Call off the visit", words)


@guard(Action.VISIT, on=Visit)
def reopen(request: SignedInRequest, visit: Visit) -> HttpResponse:
    words = "You can change the plan, mark what was seen and who was met, and close the visit again."
    return with_reason(request, visit, visit_moves.reopen, "Open the visit again", words)


def with_reason(
    request: SignedInRequest, visit: Visit, move: Callable[..., Visit], title: str, words: str
) -> HttpResponse:
    form = WhyForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            move(visit=visit, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            return redirect("assessments:visit", visit.pk)
    return render(request, "assessments/visit_why.html", page(visit, form, title=title, words=words))


@guard(Action.VISIT, on=Visit)
def close(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """Points out the gaps; with any, a reason is asked for."""
    covered = coverage_of_visit(visit)
    form = CloseForm(typed(request), visit=visit, has_gaps=bool(covered.gaps))
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data.get("reason", "")
            visit_moves.close(visit=visit, reason=reason, commitment=form.commitment(), by=request.user)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "The visit is closed. Now write up your notes.", extra_tags="close-visit")
            return redirect("assessments:visit", visit.pk)
    return render(request, "assessments/visit_close.html", page(visit, form, covered=covered))


def page(visit: Visit, form: Any, **more: Any) -> dict[str, Any]:
    crumbs = breadcrumbs.to_visit(visit)
    return {"visit": visit, "assessment": visit.assessment, "form": form, "crumbs": crumbs, **more}


PAGES: dict[Move, Callable[..., HttpResponse]] = {
    Move.PLAN_VISIT: plan_visit,
    Move.CALL_OFF_VISIT: call_off,
    Move.CLOSE_VISIT: close,
    Move.REOPEN_VISIT: reopen,
}
