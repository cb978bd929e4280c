"""A trust's imports of what patients and staff say: the list, newest first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from departments.views import breadcrumbs
from feedback.models import FeedbackImport

IMPORTS_A_PAGE = 25


@guard(Action.IMPORT_FEEDBACK, on=Trust, by="ods_code")
def imports(request: SignedInRequest, trust: Trust) -> HttpResponse:
    rows = FeedbackImport.objects.visible_to(request.user).filter(trust=trust)
    context = {
        "trust": trust,
        "page": Paginator(rows, IMPORTS_A_PAGE).get_page(request.GET.get("page")),
        "crumbs": breadcrumbs.to_trust(request.user, trust),
    }
    return render(request, "feedback/imports.html", context)
