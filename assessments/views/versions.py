"""Versions of evidence: a new one added, one served, and how its check comes on."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from assessments.forms.versions import VersionForm
from assessments.forms.words import replace_typed
from assessments.models import Evidence, EvidenceUse, EvidenceVersion
from assessments.services.evidence import add_version
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.reuse import used_by
from assessments.views.evidence import crumbs_of
from assessments.views.viewing import is_open
from departments.access import Action, SignedInRequest, guard, may
from departments.views.files import SHOWN, file_response
from departments.views.typed import typed


@guard(Action.ADD_EVIDENCE, on=Evidence)
def add(request: SignedInRequest, evidence: Evidence) -> HttpResponse:
    """Says what rests on the evidence and what goes over to the new version; a POST adds it."""
    form = VersionForm(typed(request), request.FILES or None, evidence=evidence, by=request.user)
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            added = add_version(evidence=evidence, file=form.kept, by=request.user, **form.words())
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        except SavedByAColleague:
            colleague = evidence
            replace_typed(form, version=str(evidence.version))
            form.add_error(None, "A colleague changed this evidence after you opened it. See below what it is now.")
        else:
            messages.success(request, f"{evidence.code} has version {added.number}.", extra_tags="version-add")
            return redirect("assessments:evidence_detail", evidence.pk)
    context = {"evidence": evidence, "form": form, "colleague": colleague}
    context |= {"used_by": used_by(evidence), "crumbs": crumbs_of(evidence)}
    return render(request, "assessments/version_add.html", context)


@guard(Action.READ_ASSESSMENT, on=EvidenceVersion)
def file(request: SignedInRequest, version: EvidenceVersion) -> HttpResponseBase:
    held = version.file
    if held is None:
        raise Http404
    if held.blob is None or not is_open(request, version):
        words = {"version": version, "file": held, "waits_for_department": not held.is_decided}
        return render(request, "assessments/evidence_not_served.html", words, status=409)
    return file_response(
        request,
        blob=held.blob,
        filename=held.name,
        content_type=held.content_type,
        as_attachment="download" in request.GET,
    )


@guard(Action.READ_ASSESSMENT, on=EvidenceVersion)
def state(request: SignedInRequest, version: EvidenceVersion) -> HttpResponse:
    """A part of a page: how far the file has come, and its links once it may be opened."""
    context = {"version": version, "viewable": SHOWN, "size": request.GET.get("size", "")}
    context["inside"] = may(request.user, Action.READ_LIBRARY, version.evidence.department)
    context["use"] = use_asked_for(request, version)
    return render(request, "assessments/version_file.html", context)


def use_asked_for(request: SignedInRequest, version: EvidenceVersion) -> EvidenceUse | None:
    """The use on whose line this part stands: it says at which page the file opens."""
    asked = request.GET.get("use", "")
    if not (asked.isdecimal() and len(asked) < 19):
        return None
    return EvidenceUse.objects.visible_to(request.user).filter(pk=int(asked), version=version).first()
