"""What people do with good practice: write it, consent, publish it or return it, add it from outside, nominate it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.forms.practice import CaseForm, NominationForm, OutsideForm, ReasonToReturnForm
from assessments.forms.words import replace_typed
from assessments.models import Nomination, PracticeCase
from assessments.services.practice import (
    add_from_outside,
    consent,
    nominate,
    publish,
    return_case,
    withdraw_consent,
    write_case,
)
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views.practice import abilities, crumbs_to_library
from departments.access import Action, SignedInRequest, guard, guard_anywhere
from departments.forms.base import refuse
from departments.models import CertificationBody
from departments.rules import Role
from departments.views.typed import typed

BOTH = "A colleague saved this after you opened it, so yours is not saved yet. Both are below: save what should stand."


@guard(Action.WRITE_PRACTICE, on=PracticeCase)
def edit(request: SignedInRequest, case: PracticeCase) -> HttpResponse:
    form = CaseForm(typed(request), case=case)
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            write_case(case=case, version=form.cleaned_data["version"] or 0, by=request.user, **form.words())
        except SavedByAColleague:
            colleague = PracticeCase.objects.select_related("edited_by").get(pk=case.pk)
            replace_typed(form, version=str(colleague.version))
            form.add_error(None, BOTH)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "Saved. Nobody outside your trust reads it yet.", extra_tags=f"case-{case.pk}")
            return redirect("assessments:practice_case", case.pk)
    return render(request, "assessments/practice_edit.html", page(case, form) | {"colleague": colleague})


@guard(Action.WRITE_PRACTICE, on=PracticeCase)
@require_POST
def agree(request: SignedInRequest, case: PracticeCase) -> HttpResponse:
    """Consent to publication, or take that back."""
    try:
        if "withdraw" in request.POST:
            withdraw_consent(case=case, by=request.user)
            words = "Your consent is withdrawn. Nobody outside your trust can read it any more."
        else:
            consent(case=case, by=request.user)
            words = "You consent. The certification body reads it, and publishes it or returns it."
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, words)
    return redirect("assessments:practice_case", case.pk)


@guard(Action.PUBLISH_PRACTICE, on=PracticeCase)
def decide(request: SignedInRequest, case: PracticeCase) -> HttpResponse:
    """Publish a case, return it, or take it out of the library again."""
    form = ReasonToReturnForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            if "publish" in request.POST:
                publish(case=case, by=request.user)
                words = "Published: everybody who signs in can find it."
            else:
                return_case(case=case, reason=form.cleaned_data["reason"], by=request.user)
                words = "Returned, with your reason."
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, words, extra_tags=f"case-decide-{case.pk}")
            return redirect("assessments:practice_case", case.pk)
    return render(request, "assessments/practice_decide.html", page(case, form) | {"may": abilities(request, case)})


@guard_anywhere(Action.PUBLISH_PRACTICE)
def add(request: SignedInRequest) -> HttpResponse:
    """An example from outside the NHS, by the certification body that stands for it."""
    form = OutsideForm(typed(request))
    if request.method == "POST" and form.is_valid():
        body = CertificationBody.objects.filter(pk__in=request.user.bodies_as(Role.CERTIFIER)).first()
        if body is None:
            raise PermissionDenied
        case = add_from_outside(body=body, by=request.user, **form.cleaned_data)
        messages.success(request, "Published: everybody who signs in can find it.", extra_tags="case-add")
        return redirect("assessments:practice_case", case.pk)
    return render(request, "assessments/practice_add.html", {"form": form, "crumbs": crumbs_to_library()})


@guard(Action.PUBLISH_PRACTICE, on=PracticeCase)
def nomination(request: SignedInRequest, case: PracticeCase) -> HttpResponse:
    form = NominationForm(typed(request), case=case, today=timezone.localdate())
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            nominate(case=case, by=request.user, **form.cleaned_data)
        except SavedByAColleague:
            colleague = Nomination.objects.get(case=case)
            replace_typed(form, version=str(colleague.version))
            form.add_error(None, BOTH)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "The nomination is saved.", extra_tags=f"nomination-{case.pk}")
            return redirect("assessments:practice_case", case.pk)
    return render(request, "assessments/practice_nominate.html", page(case, form) | {"colleague": colleague})


def page(case: PracticeCase, form: forms.Form) -> dict[str, Any]:
    return {"case": case, "form": form, "crumbs": crumbs_to_library()}
