"""Evidence that is there already: chosen for an element, described there, flagged, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from assessments.forms.reuse import ChoiceForm, ChooseForm, NoteForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Element, Evidence, EvidenceUse
from assessments.models.evidence import EvidenceQuerySet
from assessments.services.evidence import mark_strongest, stop_using, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.reuse import describe_use
from assessments.views import breadcrumbs
from assessments.views.evidence import find_element
from assessments.views.library import what_they_support
from departments.access import Action, SignedInRequest, guard
from departments.views.typed import typed

PAGE_ROWS = 50


@guard(Action.ADD_EVIDENCE, on=Assessment)
def choose(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    form = ChooseForm(typed(request), assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            put_to(request, assessment, element, form)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            codes = ", ".join(evidence.code for evidence in form.cleaned_data["evidence"])
            messages.success(request, f"Added to {number}: {codes}.")
            return redirect("assessments:element", assessment.pk, number)
    find = ChoiceForm(request.GET, assessment=assessment)
    page = Paginator(find.among(not_yet_used(assessment, element)), PAGE_ROWS).get_page(request.GET.get("page"))
    supports = what_they_support(request.user, page)
    context = {
        "assessment": assessment,
        "element": element,
        "form": form,
        "find": find,
        "page": page,
        "lines": [line | {"supports": supports.get(line["row"].pk, [])} for line in form.shown(page)],
        "crumbs": breadcrumbs.to_element(assessment, element),
    }
    return render(request, "assessments/evidence_choose.html", context)


def put_to(request: SignedInRequest, assessment: Assessment, element: Element, form: ChooseForm) -> None:
    for evidence in form.cleaned_data["evidence"]:
        note = form.note_on(evidence.pk)
        use_evidence(assessment=assessment, evidence=evidence, elements=[element], by=request.user, **note)


def not_yet_used(assessment: Assessment, element: Element) -> EvidenceQuerySet:
    used = EvidenceUse.objects.filter(assessment=assessment, element=element).values("evidence")
    rows = Evidence.objects.filter(department_id=assessment.department_id).exclude(pk__in=used)
    return rows.select_related("current__file")


@guard(Action.ADD_EVIDENCE, on=EvidenceUse)
@require_POST
def remove(request: SignedInRequest, use: EvidenceUse) -> HttpResponse:
    return change_use(request, use, stop_using, f"{use.evidence.code} no longer supports {use.element.number}.")


@guard(Action.ADD_EVIDENCE, on=EvidenceUse)
@require_POST
def strongest(request: SignedInRequest, use: EvidenceUse) -> HttpResponse:
    words = "is no longer flagged" if use.strongest else "is flagged as the strongest"
    return change_use(request, use, mark_strongest, f"{use.evidence.code} {words} for {use.element.number}.")


def change_use(request: SignedInRequest, use: EvidenceUse, change: Any, words: str) -> HttpResponse:
    try:
        change(use=use, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, words)
    return redirect("assessments:element", use.assessment_id, use.element.number)


@guard(Action.ADD_EVIDENCE, on=EvidenceUse)
def note(request: SignedInRequest, use: EvidenceUse) -> HttpResponse:
    """What a piece shows for one element, and where in it. The element's page holds the same small form."""
    form = NoteForm(typed(request), use=use)
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            describe_use(use=use, seen=form.cleaned_data["seen"], by=request.user, **form.words())
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        except SavedByAColleague:
            colleague = use
            replace_typed(form, seen=use.seen)
            form.add_error(None, "A colleague saved this after you opened it. Both are below: save what should stand.")
        else:
            messages.success(request, f"Saved what {use.evidence.code} shows for {use.element.number}.")
            return redirect("assessments:element", use.assessment_id, use.element.number)
    crumbs = breadcrumbs.to_element(use.assessment, use.element)
    context = {"use": use, "form": form, "colleague": colleague, "crumbs": crumbs}
    return render(request, "assessments/evidence_note.html", context)
