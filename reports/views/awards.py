"""The award report of an assessment: how far it is, the file, and another try."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assessments.models import Assessment
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.workflow import WHAT_COMES_NEXT, Stage
from departments.access import Action, SignedInRequest, guard
from departments.views.files import PDF, file_response
from reports.models import Report
from reports.services import requests


@guard(Action.READ_REPORT, on=Assessment)
@never_cache
def award(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    return render(request, "reports/award.html", how_it_stands(assessment))


@guard(Action.READ_REPORT, on=Assessment)
@never_cache
def award_status(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The part of the page that htmx asks for again and again until the report is there."""
    return render(request, "reports/award_status.html", how_it_stands(assessment))


@guard(Action.READ_REPORT, on=Assessment)
@require_POST
def render_again(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    try:
        requests.ask_again(assessment=assessment, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("reports:award", assessment.pk)


@guard(Action.READ_REPORT, on=Report)
def download(request: SignedInRequest, report: Report) -> HttpResponseBase:
    if report.blob is None:
        raise Http404("This report is not made yet.")
    return file_response(request, blob=report.blob, filename=report.filename, content_type=PDF, as_attachment=True)


def how_it_stands(assessment: Assessment) -> dict[str, Any]:
    assessment = Assessment.objects.with_names().get(pk=assessment.pk)
    return {
        "assessment": assessment,
        "report": Report.objects.select_related("blob").filter(assessment=assessment).first(),
        "next_words": WHAT_COMES_NEXT[Stage(assessment.stage)],
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
