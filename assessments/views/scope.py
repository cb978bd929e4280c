"""Bringing an element into the scope of a review that the cycle leaves out, with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.forms.cycle import ScopeForm
from assessments.models import Assessment
from assessments.services.refusals import Refused
from assessments.services.renewal import bring_into_scope
from assessments.views import breadcrumbs
from assessments.views.elements import find_statement
from departments.access import Action, SignedInRequest, guard, may
from departments.models import User
from departments.views.typed import typed


@guard(Action.BRING_INTO_SCOPE, on=Assessment)
def scope(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    statement = find_statement(assessment, number)
    if not brings_in(request.user, assessment):
        raise PermissionDenied
    form = ScopeForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            bring_into_scope(statement=statement, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, f"{number} is looked at in this review.")
            return redirect("assessments:element", assessment.pk, number)
    crumbs = breadcrumbs.to_element(assessment, statement.element)
    context = {"assessment": assessment, "statement": statement, "form": form, "crumbs": crumbs}
    return render(request, "assessments/scope.html", context)


def brings_in(user: User, assessment: Assessment) -> bool:
    """The department while it prepares, the assessor during the review."""
    if assessment.takes_statements:
        return may(user, Action.WRITE_STATEMENT, assessment)
    return assessment.takes_findings and may(user, Action.WRITE_FINDING, assessment)
