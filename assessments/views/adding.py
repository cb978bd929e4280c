"""Adding evidence to an element: the page with the files that are on their way, and how far each has come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from assessments.forms.adding import AddEvidenceForm
from assessments.models import Assessment, Element, Evidence
from assessments.services.adding import add_several, known_as, not_used, sent_by, still_arriving
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.views.evidence import find_element
from departments.access import Action, SignedInRequest, guard
from departments.rules import in_words
from departments.views.typed import typed
from files.rules import SETTLED, FileState


@guard(Action.ADD_EVIDENCE, on=Assessment)
def add(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    chosen = request.GET.getlist("kept_file")
    about: dict[str, Any] = {"assessment": assessment, "element": element, "by": request.user}
    form = AddEvidenceForm(typed(request), request.FILES or None, chosen=chosen, **about)
    if request.method == "POST" and form.is_valid():
        try:
            added = take_in(request, assessment, element, form)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, in_a_sentence(added), extra_tags="evidence-add")
            return redirect("assessments:element", assessment.pk, number)
    return render(request, "assessments/evidence_add.html", page(request, assessment, element, form))


def page(request: SignedInRequest, assessment: Assessment, element: Element, form: AddEvidenceForm) -> dict[str, Any]:
    here = {file.pk for file in form.kept}
    waiting = [file for file in not_used(request.user, assessment.department) if file.pk not in here]
    return {
        "assessment": assessment,
        "element": element,
        "form": form,
        "unfinished": list(still_arriving(request.user, assessment.department)),
        "waiting": waiting,
        "use_all": urlencode({"kept_file": [str(file.token) for file in [*form.kept, *waiting]]}, doseq=True),
        "crumbs": breadcrumbs.to_element(assessment, element),
    }


def take_in(
    request: SignedInRequest, assessment: Assessment, element: Element, form: AddEvidenceForm
) -> list[Evidence]:
    elements = [element, *form.cleaned_data["also"]]
    return add_several(assessment=assessment, elements=elements, pieces=form.pieces, by=request.user, **form.shared)


def in_a_sentence(added: list[Evidence]) -> str:
    if len(added) == 1:
        return f"{added[0].code} “{added[0].title}” is added."
    return f"{in_words([evidence.code for evidence in added])} are added."


@guard(Action.ADD_EVIDENCE, on=Assessment)
def arrived(request: SignedInRequest, assessment: Assessment, number: str, token: UUID) -> HttpResponse:
    """How far a file of one's own has come, and whether the department has its content as evidence already."""
    element = find_element(assessment, number)
    file = sent_by(request.user, assessment.department).filter(token=token).first()
    if file is None:
        raise Http404
    known = known_as(file)
    used = set(
        element.evidence_uses.filter(assessment=assessment, evidence__in=known).values_list("evidence", flat=True)
    )
    return JsonResponse(
        {
            "state": file.state,
            "words": FileState(file.state).label,
            "settled": file.state in SETTLED,
            "problems": " ".join(file.problems),
            "known": [about(evidence, used=evidence.pk in used) for evidence in known],
        },
        headers={"Cache-Control": "no-store"},
    )


def about(evidence: Evidence, *, used: bool) -> dict[str, Any]:
    url = reverse("assessments:evidence_detail", args=[evidence.pk])
    return {"pk": evidence.pk, "code": evidence.code, "title": evidence.title, "url": url, "used": used}
