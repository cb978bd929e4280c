"""Independence of the assessor: the declaration that they sign, and the certifier's answer to a conflict."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.forms.independence import DeclarationForm, OverrideForm
from assessments.models import Assessment
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.workflow import FINDINGS_ARE_OPEN
from departments.access import Action, SignedInRequest, guard, may
from departments.models import User
from departments.views.typed import typed


@guard(Action.DECLARE, on=Assessment)
def declare(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Asks the assessor for their declaration; once signed, shows it."""
    form = DeclarationForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            cycle.sign(assessment=assessment, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, "Your declaration is signed.", extra_tags="declaration")
            return redirect("assessments:declare", assessment.pk)
    declaration = cycle.declaration_of(assessment)
    context = {
        "assessment": assessment,
        "declaration": declaration,
        "form": form if declaration is not None and declaration.signed_at is None else None,
        "years": settings.INDEPENDENCE_YEARS,
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/declare.html", context)


@guard(Action.ASSIGN, on=Assessment)
def conflict(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """What the assessor declared; the certifier lets them go on, with a reason, or assigns somebody else."""
    form = OverrideForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            cycle.override_declared(assessment=assessment, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, f"{assessment.assessor} can record findings.", extra_tags="override")
            return redirect("assessments:detail", assessment.pk)
    waiting = cycle.conflict_waiting(assessment)
    context = {
        "assessment": assessment,
        "declaration": cycle.declaration_of(assessment),
        "conflicts": waiting.conflicts(today=timezone.localdate(waiting.signed_at)) if waiting else [],
        "form": form if waiting else None,
        "overrides": assessment.overrides.select_related("by", "assessor"),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/conflict.html", context)


def what_findings_wait_for(user: User, assessment: Assessment) -> dict[str, str] | None:
    """Why no finding can be written yet, to whoever can do something about it or writes them; else nothing.

    It asks the database only while the assessment waits.
    """
    if assessment.declared_at is not None or assessment.stage not in FINDINGS_ARE_OPEN:
        return None
    conflict_waits = cycle.conflict_waiting(assessment) is not None
    if may(user, Action.DECLARE, assessment):
        url = reverse("assessments:declare", args=[assessment.pk])
        if conflict_waits:
            words = "You declared something that stands in the way. Findings wait until a certifier has answered it."
            return {"words": words, "url": url, "link": "See your declaration"}
        words = "Before you record findings, declare whether you have worked at this trust or have an interest in it."
        return {"words": words, "url": url, "link": "Declare your interests", "first": "yes"}
    if may(user, Action.ASSIGN, assessment):
        url = reverse("assessments:conflict", args=[assessment.pk])
        if conflict_waits:
            words = f"{assessment.assessor} declared something that stands in the way. Findings wait for your answer."
            return {"words": words, "url": url, "link": "Read it and answer", "first": "yes"}
        return {
            "words": f"Findings wait until {assessment.assessor} has declared their interests.",
            "url": "",
            "link": "",
        }
    return None
