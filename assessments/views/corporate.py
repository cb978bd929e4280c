"""What the trust's corporate assessment says of an element, and how a department stands to it.

Everything is found from the department's own assessment and element: no address names a corporate row.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.forms.corporate import StanceForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, CorporateStance, Element, EvidenceUse
from assessments.services.corporate import CorporateView, corporate_view, drop_stance, inherit_evidence, take_stance
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views import breadcrumbs
from assessments.views.evidence import find_element
from departments.access import Action, SignedInRequest, guard, may
from departments.forms.base import refuse
from departments.views.typed import typed


@guard(Action.READ_CORPORATE, on=Assessment)
def corporate(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """The corporate words and evidence on this element; a POST says how the department stands to them."""
    element = find_element(assessment, number)
    view = corporate_view(assessment, element)
    held = held_stance(assessment, element)
    form = stance_form(request, assessment, view, held)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and take(request, assessment, element, form):
            messages.success(request, "Saved.", extra_tags=f"corporate-{assessment.pk}-{number}")
            return redirect("assessments:corporate", assessment.pk, number)
    compares = view is not None and may(request.user, Action.COMPARE_WITH_CORPORATE, assessment)
    context = page(assessment, element, view, held, form) | {"compares": compares}
    return render(request, "assessments/corporate.html", context)


def corporate_part(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """The corporate view in short, beside the department's own words; nothing for who may not read it."""
    if not may(request.user, Action.READ_CORPORATE, assessment):
        return {"corporate": None}
    view, held = corporate_view(assessment, element), held_stance(assessment, element)
    is_behind = held is not None and view is not None and held.is_behind(view.statement)
    return {"corporate": view, "corporate_held": held, "corporate_is_behind": is_behind}


def held_stance(assessment: Assessment, element: Element) -> CorporateStance | None:
    rows = CorporateStance.objects.filter(assessment=assessment, statement__element=element)
    return rows.select_related("by").first()


def stance_form(
    request: SignedInRequest, assessment: Assessment, view: CorporateView | None, held: CorporateStance | None
) -> StanceForm | None:
    """For who may write it now, where there is something to stand to."""
    said = view is not None and (view.statement.text or view.statement.band)
    if view is None or not said or not assessment.takes_statements:
        return None
    if not may(request.user, Action.WRITE_STATEMENT, assessment):
        return None
    return StanceForm(typed(request), stance=held, corporate=view.statement)


def take(request: SignedInRequest, assessment: Assessment, element: Element, form: StanceForm) -> bool:
    """Whether it is saved; when it is refused, the form says why and shows what stands now."""
    try:
        take_stance(assessment=assessment, element=element, by=request.user, **form.cleaned_data)
    except SavedByAColleague:
        now = held_stance(assessment, element)
        name = now.by.name if now else "Somebody"
        said = f"{name} changed this after you opened the page, so yours is not saved yet. Theirs is above the form."
        form.add_error(None, f"{said} Save again to put yours in its place.")
        replace_typed(form, version=str(now.version if now else 0))
    except Refused as refused:
        refuse(form, refused)
        now_said = corporate_view(assessment, element)
        if now_said is not None:
            replace_typed(form, corporate_version=str(now_said.statement.version))
    else:
        return True
    return False


def page(
    assessment: Assessment,
    element: Element,
    view: CorporateView | None,
    held: CorporateStance | None,
    form: StanceForm | None,
) -> dict[str, Any]:
    if form is not None and form.errors:
        held, view = held_stance(assessment, element), corporate_view(assessment, element)
    here = EvidenceUse.objects.filter(assessment=assessment, element=element).values_list("evidence_id", "version_id")
    versions = dict(here)
    return {
        "assessment": assessment,
        "element": element,
        "view": view,
        "held": held,
        "is_behind": held is not None and view is not None and held.is_behind(view.statement),
        "pieces": [{"use": use, "here": versions.get(use.evidence_id)} for use in view.uses] if view else [],
        "form": form,
        "takes": assessment.takes_statements,
        "today": timezone.localdate(),
        "crumbs": breadcrumbs.to_element(assessment, element),
    }


@guard(Action.WRITE_STATEMENT, on=Assessment)
@require_POST
def drop(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    try:
        version = int(request.POST.get("version", ""))
        drop_stance(assessment=assessment, element=element, version=version, by=request.user)
    except (ValueError, SavedByAColleague):
        messages.error(request, "A colleague changed this after you opened the page. Look at it, then decide again.")
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "You no longer stand to the corporate statement. Your own words are as they were.")
    return redirect("assessments:corporate", assessment.pk, number)


@guard(Action.ADD_EVIDENCE, on=Assessment)
@require_POST
def use_piece(request: SignedInRequest, assessment: Assessment, number: str, use: int) -> HttpResponse:
    """Rest on a corporate piece here, in the version that the corporate assessment rests on."""
    element = find_element(assessment, number)
    try:
        ours = inherit_evidence(assessment=assessment, element=element, use=use, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"{ours.evidence} supports {number} here, too.")
    return redirect("assessments:corporate", assessment.pk, number)
