"""One piece of evidence: looked at through its versions, corrected, put to more elements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat, pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.forms.evidence import EditEvidenceForm, ElementsForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Element, Evidence, EvidenceUse, EvidenceVersion
from assessments.services.evidence import edit_evidence, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views import breadcrumbs
from assessments.workflow import Stage
from departments.access import Action, SignedInRequest, guard, may
from departments.views.files import SHOWN
from departments.views.typed import typed


def find_element(assessment: Assessment, number: str) -> Element:
    elements = Element.objects.filter(standard_id=assessment.standard_id).select_related("subcriterion__criterion")
    return get_object_or_404(elements, number=number)


@guard(Action.READ_ASSESSMENT, on=Evidence)
def detail(request: SignedInRequest, evidence: Evidence) -> HttpResponse:
    """The item with every version and use that this person may know of: reviewers see what theirs rests on."""
    versions = list(EvidenceVersion.objects.filter(evidence=evidence).visible_to(request.user))
    uses = list(
        EvidenceUse.objects.filter(evidence=evidence)
        .visible_to(request.user)
        .order_by("-assessment__opened_at", "element__position")
    )
    under_way = being_prepared(evidence)
    context = {
        "evidence": evidence,
        "version": versions[0],
        "lines": [{"version": one, "rests": resting_on(one, uses)} for one in versions],
        "uses": uses,
        "rows": facts(evidence, versions[0]),
        "viewable": SHOWN,
        "inside": may(request.user, Action.READ_LIBRARY, evidence.department),
        "crumbs": breadcrumbs.to_list(),
        "may_edit": may(request.user, Action.ADD_EVIDENCE, evidence.department),
        "under_way": under_way if under_way and may(request.user, Action.ADD_EVIDENCE, under_way) else None,
    }
    return render(request, "assessments/evidence_detail.html", context)


def resting_on(version: EvidenceVersion, uses: list[EvidenceUse]) -> list[Assessment]:
    """The assessments that rest on a version, among the uses that may be shown."""
    return list({use.assessment_id: use.assessment for use in uses if use.version_id == version.pk}.values())


def facts(evidence: Evidence, version: EvidenceVersion) -> list[dict[str, Any]]:
    """What is said of the item, and of the version that is shown."""
    file = f"{version.file.name} ({filesizeformat(version.file.size)})" if version.file else ""
    uploaded = f"{date_format(timezone.localtime(version.added_at), 'j F Y')} by {version.added_by.name}"
    services = ", ".join(evidence.services.values_list("name", flat=True))
    said = [
        ("Date of the document", date_format(version.dated, "j F Y")),
        ("Valid until", date_format(version.valid_until, "j F Y") if version.valid_until else ""),
        ("Review on", date_format(version.review_on, "j F Y") if version.review_on else ""),
        ("Kept by", evidence.owner),
        ("About", services or "The department as a whole"),
        ("File" if file else "Web address", file or version.link),
        ("What is new", version.change),
        ("Notes", evidence.notes),
        ("Uploaded" if file else "Added", uploaded),
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
