"""What an assessment rests on, to take away."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from assessments.models import Assessment
from assessments.services.export import evidence_zip
from departments.access import Action, SignedInRequest, guard
from departments.services.names import portable_name


@guard(Action.READ_ASSESSMENT, on=Assessment)
def evidence(request: SignedInRequest, assessment: Assessment) -> HttpResponseBase:
    zipped = evidence_zip(assessment=assessment, reader=request.user)
    response: HttpResponseBase = StreamingHttpResponse(zipped) if request.method == "GET" else HttpResponse()
    name = portable_name(f"Evidence – {assessment.department.name}, {assessment.title}.zip")
    response["Content-Type"] = "application/zip"
    response["Content-Length"] = str(len(zipped))
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
