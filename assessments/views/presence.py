"""Who else is on an element's page: a part that the page asks for by itself, three times a minute."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from assessments.models import Assessment
from assessments.services.presence import be_here
from assessments.views.evidence import find_element
from departments.access import Action, SignedInRequest, guard, may


@guard(Action.READ_ASSESSMENT, on=Assessment)
@require_POST
def presence(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """Nothing for who only reads, such as an executive: they are seen by nobody, and see nobody."""
    reviews = may(request.user, Action.READ_OPEN_FINDINGS, assessment)
    if not (reviews or may(request.user, Action.WRITE_STATEMENT, assessment)):
        return HttpResponse()
    element = find_element(assessment, number)
    others = be_here(assessment=assessment, element=element, reviews=reviews, by=request.user)
    return render(request, "assessments/presence.html", {"others": others})
