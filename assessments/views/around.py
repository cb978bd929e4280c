"""What stands around an element: parts that come after the page itself, so that writing need not wait for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from assessments.models import Assessment, Element
from assessments.views import breadcrumbs, visit_day
from assessments.views.actions import around_actions
from assessments.views.corporate import corporate_part
from assessments.views.patients_say import patients_say
from assessments.views.practice import around_practice
from assessments.views.years import years
from departments.access import Action, SignedInRequest, guard

# Each gives its template, `assessments/around_….html`, what it says of an element to this person.
PARTS: tuple[Callable[[SignedInRequest, Assessment, Element], dict[str, Any]], ...] = (
    patients_say,
    corporate_part,
    around_actions,
    visit_day.around,
    years,
    around_practice,
)


@guard(Action.READ_ASSESSMENT, on=Assessment)
def around(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """The parts alone when the element's page asks for them; a whole page for a browser without JavaScript."""
    row = Element.objects.filter(standard=assessment.standard_id, number=number)
    element = row.select_related("subcriterion__criterion", "previous__previous").first()
    if element is None:
        raise Http404
    context: dict[str, Any] = {"assessment": assessment, "element": element}
    for part in PARTS:
        context |= part(request, assessment, element)
    parts = render_to_string("assessments/element_around.html", context, request).strip()
    if request.headers.get("HX-Request"):
        return HttpResponse(parts)
    context["parts"] = parts
    context["crumbs"] = breadcrumbs.to_element(assessment, element)
    return render(request, "assessments/element_around_page.html", context)
