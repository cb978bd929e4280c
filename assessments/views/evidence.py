"""Evidence: added to an element, chosen again for another, looked at, listed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat, pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from assessments.forms.evidence import AddEvidenceForm, ChooseForm, EditEvidenceForm, ElementsForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Element, Evidence, EvidenceUse, EvidenceVersion
from assessments.models.evidence import EvidenceQuerySet
from assessments.services.evidence import add_evidence, edit_evidence, mark_strongest, stop_using, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views import breadcrumbs
from assessments.workflow import Stage
from departments.access import Action, SignedInRequest, guard, may
from departments.views.files import file_response
from departments.views.typed import typed

PAGE_ROWS = 50


def find_element(assessment: Assessment, number: str) -> Element:
    elements = Element.objects.filter(standard_id=assessment.standard_id).select_related("subcriterion__criterion")
    return get_object_or_404(elements, number=number)


@guard(Action.ADD_EVIDENCE, on=Assessment)
def add(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    data = typed(request)
    form = AddEvidenceForm(data, request.FILES or None, assessment=assessment, element=element, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            evidence = take_in(request, assessment, element, form)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, f"{evidence.code} “{evidence.title}” is added.", extra_tags="evidence-add")
            return redirect("assessments:element", assessment.pk, number)
    return render(
        request,
        "assessments/evidence_add.html",
        {
            "assessment": assessment,
            "element": element,
            "form": form,
            "crumbs": breadcrumbs.to_element(assessment, element),
        },
    )


def take_in(request: SignedInRequest, assessment: Assessment, element: Element, form: AddEvidenceForm) -> Evidence:
    said = {name: form.cleaned_data[name] for name in ("title", "owner", "dated", "notes", "link")}
    return add_evidence(
        assessment=assessment,
        elements=[element, *form.cleaned_data["also"]],
        file=form.kept,
        by=request.user,
        **said,
    )


@guard(Action.ADD_EVIDENCE, on=Assessment)
def choose(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    form = ChooseForm(typed(request), assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            for evidence in form.cleaned_data["evidence"]:
                use_evidence(assessment=assessment, evidence=evidence, elements=[element], by=request.user)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            codes = ", ".join(evidence.code for evidence in form.cleaned_data["evidence"])
            messages.success(request, f"Added to {number}: {codes}.")
            return redirect("assessments:element", assessment.pk, number)
    words = request.GET.get("words", "").strip()
    rows = not_yet_used(assessment, element).holding(words)
    context = {
        "assessment": assessment,
        "element": element,
        "form": form,
        "page": Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page")),
        "words": words,
        "crumbs": breadcrumbs.to_element(assessment, element),
    }
    return render(request, "assessments/evidence_choose.html", context)


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


@guard(Action.READ_ASSESSMENT, on=Evidence)
def detail(request: SignedInRequest, evidence: Evidence) -> HttpResponse:
    uses = list(
        EvidenceUse.objects.filter(evidence=evidence)
        .visible_to(request.user)
        .order_by("-assessment__opened_at", "element__position")
    )
    under_way = being_prepared(evidence)
    context = {
        "evidence": evidence,
        "uses": uses,
        "rows": facts(evidence),
        "crumbs": breadcrumbs.to_list(),
        "may_edit": may(request.user, Action.ADD_EVIDENCE, evidence),
        "under_way": under_way if under_way and may(request.user, Action.ADD_EVIDENCE, under_way) else None,
    }
    return render(request, "assessments/evidence_detail.html", context)


def facts(evidence: Evidence) -> list[dict[str, Any]]:
    version = evidence.current
    file = f"{version.file.name} ({filesizeformat(version.file.size)})" if version.file else ""
    added = f"{date_format(timezone.localtime(version.added_at), 'j F Y')} by {version.added_by.name}"
    said = [
        ("Date of the evidence", date_format(version.dated, "j F Y")),
        ("Kept by", evidence.owner),
        ("File" if file else "Web address", file or version.link),
        ("Notes", evidence.notes),
        ("Added", added),
    ]
    return [{"key": key, "value": value} for key, value in said if value]


def crumbs_of(evidence: Evidence) -> breadcrumbs.Crumbs:
    here = {"title": evidence.code, "url": reverse("assessments:evidence_detail", args=[evidence.pk])}
    return [*breadcrumbs.to_list(), here]


def being_prepared(evidence: Evidence) -> Assessment | None:
    rows = Assessment.objects.with_names().filter(department_id=evidence.department_id, stage=Stage.PREPARING)
    return rows.first()


@guard(Action.ADD_EVIDENCE, on=Evidence)
def edit(request: SignedInRequest, evidence: Evidence) -> HttpResponse:
    form = EditEvidenceForm(typed(request), evidence=evidence)
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            edit_evidence(evidence=evidence, version=form.cleaned_data["version"], by=request.user, **form.words())
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        except SavedByAColleague:
            colleague = evidence
            replace_typed(form, version=str(evidence.version))
            form.add_error(None, "A colleague saved this after you opened it. Both are below: save what should stand.")
        else:
            messages.success(request, f"{evidence.code} is saved.", extra_tags="evidence-edit")
            return redirect("assessments:evidence_detail", evidence.pk)
    context = {"evidence": evidence, "form": form, "colleague": colleague, "crumbs": crumbs_of(evidence)}
    return render(request, "assessments/evidence_edit.html", context)


@guard(Action.ADD_EVIDENCE, on=Evidence)
def elements(request: SignedInRequest, evidence: Evidence) -> HttpResponse:
    """Put evidence to more elements of the assessment that is being prepared."""
    assessment = being_prepared(evidence)
    if assessment is None:
        raise Http404
    form = ElementsForm(typed(request), assessment=assessment)
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["elements"])
        try:
            use_evidence(assessment=assessment, evidence=evidence, elements=chosen, by=request.user)
        except Refused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, f"{evidence.code} supports {len(chosen)} more element{pluralize(chosen)}.")
        return redirect("assessments:evidence_detail", evidence.pk)
    used = EvidenceUse.objects.filter(assessment=assessment, evidence=evidence).values("element")
    context = {
        "evidence": evidence,
        "assessment": assessment,
        "form": form,
        "rows": Element.objects.filter(standard_id=assessment.standard_id).exclude(pk__in=used).outline(),
        "crumbs": crumbs_of(evidence),
    }
    return render(request, "assessments/evidence_elements.html", context)


@guard(Action.READ_ASSESSMENT, on=EvidenceVersion)
def file(request: SignedInRequest, version: EvidenceVersion) -> HttpResponseBase:
    held = version.file
    if held is None or held.blob is None:
        raise Http404
    if not held.is_servable:
        return render(request, "assessments/evidence_not_served.html", {"version": version, "file": held}, status=409)
    return file_response(
        request,
        blob=held.blob,
        filename=held.name,
        content_type=held.content_type,
        as_attachment="download" in request.GET,
    )


@guard(Action.READ_ASSESSMENT, on=Assessment)
def register(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """All evidence that the assessment rests on, each with the elements that it supports."""
    words = request.GET.get("words", "").strip()
    used = EvidenceUse.objects.filter(assessment=assessment)
    rows = Evidence.objects.filter(pk__in=used.values("evidence")).select_related("current").holding(words)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    supports: dict[int, list[dict[str, Any]]] = {}
    on_page = used.filter(evidence__in=[row.pk for row in page]).order_by("element__position")
    for pk, number, is_strongest in on_page.values_list("evidence_id", "element__number", "strongest"):
        url = reverse("assessments:element", args=[assessment.pk, number])
        supports.setdefault(pk, []).append({"number": number, "strongest": is_strongest, "url": url})
    lines = [{"row": row, "supports": supports.get(row.pk, [])} for row in page]
    context = {
        "assessment": assessment,
        "page": page,
        "lines": lines,
        "words": words,
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/evidence_register.html", context)
