"""Text in a file that may name a patient: where it stands, and what its department decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from assessments.forms.patients import CONFIRM, REMOVE, REPLACE, PatientDataForm
from assessments.models import Evidence, EvidenceVersion
from assessments.services.patients import evidence_of, is_handed_over, remove_file
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from departments.access import Action, SignedInRequest, guard, may
from departments.views.typed import typed
from files.models import File
from files.patients import KIND_WORDS, Kind
from files.rules import FileState
from files.services.patients import confirm_patient_data


@guard(Action.READ_PATIENT_SIGNS, on=File)
def patient_data(request: SignedInRequest, file: File) -> HttpResponse:
    """Every place in the file; its department says whether it is removed, replaced or kept."""
    refuse_what_arrives(file)
    evidence, decides = evidence_of(file), may(request.user, Action.ADD_EVIDENCE, file)
    is_open = decides and not file.is_decided and file.state != FileState.DESTROYED
    form = PatientDataForm(typed(request), ways=ways(file, evidence)) if is_open else None
    if request.method == "POST":
        if not decides:
            raise PermissionDenied
        if form is None:
            messages.error(request, "This is decided already.")
        elif form.is_valid():
            try:
                return decide(request, file, evidence, form)
            except Refused as refused:
                form.add_error(None, list(refused.reasons))
    context = {
        "file": file,
        "evidence": evidence,
        "version": EvidenceVersion.objects.filter(file=file).first() if decides else None,
        "form": form,
        "is_handed_over": form is not None and is_handed_over(file),
        "signs": in_words(file),
        "crumbs": crumbs(request),
    }
    return render(request, "assessments/patient_data.html", context)


def refuse_what_arrives(file: File) -> None:
    """What is on its way is known to its sender alone, and nothing is found in it yet."""
    if file.state == FileState.ARRIVING:
        raise Http404


def crumbs(request: SignedInRequest) -> breadcrumbs.Crumbs:
    """Administrators list no assessments, so for them the way leads home."""
    return breadcrumbs.to_list()[: 2 if may(request.user, Action.LIST_ASSESSMENTS) else 1]


def ways(file: File, evidence: Evidence | None) -> list[str]:
    """What can be done with the file now."""
    removable = [] if is_handed_over(file) else [REMOVE]
    return [*removable, *([REPLACE] if evidence else []), CONFIRM]


def decide(request: SignedInRequest, file: File, evidence: Evidence | None, form: PatientDataForm) -> HttpResponse:
    decision = form.cleaned_data["decision"]
    if decision == REPLACE and evidence is not None:
        messages.info(request, "Once the new version is in, come back to the old file and remove it.")
        return redirect("assessments:version_add", evidence.pk)
    if decision == REMOVE:
        remove_file(file=file, by=request.user)
        messages.success(request, f"{file.name} is removed. It supports nothing any more.")
    else:
        confirm_patient_data(file=file, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(
            request, f"{file.name} stays. Your trust’s administrators are told.", extra_tags="patient-data"
        )
    return redirect("assessments:evidence_detail", evidence.pk) if evidence else redirect("portal:home")


def in_words(file: File) -> list[dict[str, Any]]:
    return [sign | {"words": KIND_WORDS[Kind(sign["kind"])][0].capitalize()} for sign in file.patient_signs]
