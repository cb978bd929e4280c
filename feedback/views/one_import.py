"""One file of figures: how far it has come, what will be stored of it, and what came of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from departments.access import Action, SignedInRequest, guard
from departments.views.typed import typed
from feedback.forms.imports import ConfirmForm
from feedback.models import FeedbackImport, Measure, Reading
from feedback.rules import CAME_IN, ImportState, PlaceState
from feedback.services import importing
from feedback.services.found import Listed, head_of
from feedback.services.places import preview_of_places
from feedback.services.replacing import corrected_by
from feedback.views.imports import crumbs_to_imports, period_of
from feedback.views.lines import lines_of
from files.patients import KIND_WORDS, Kind

ROWS_A_PAGE = 25
PROBLEMS_SHOWN = 5
PROBLEMS_A_PAGE = 50
SIGNS_SHOWN = 10


@guard(Action.IMPORT_FEEDBACK, on=FeedbackImport)
@never_cache
def detail(request: SignedInRequest, brought: FeedbackImport) -> HttpResponse:
    """The page of a file at every state; while it is to be confirmed, the form that confirms it."""
    form = ConfirmForm(typed(request), brought=brought)
    if request.method == "POST":
        if brought.state != ImportState.TO_CONFIRM:
            messages.info(request, "This file is confirmed already.")
            return redirect("feedback:import", brought.pk)
        confirmed = form.taken_by(importing.confirm_import, brought=brought, by=request.user)
        if confirmed:
            return redirect("feedback:import", brought.pk)
    context = {
        "brought": brought,
        "period": period_of(brought),
        "form": form,
        "crumbs": crumbs_to_imports(request, brought.trust),
        **PARTS.get(ImportState(brought.state), nothing_more)(request, brought),
    }
    return render(request, "feedback/import.html", context)


def nothing_more(request: SignedInRequest, brought: FeedbackImport) -> dict[str, Any]:
    return {}


def to_confirm(request: SignedInRequest, brought: FeedbackImport) -> dict[str, Any]:
    """What will be stored, and what was not understood."""
    if not brought.layout:
        return {"is_unknown": True}
    rows = Paginator(Listed(brought, "rows"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": rows,
        "lines": lines_of(rows.object_list, titles(brought)),
        "left_out": head_of(brought)["left_out"],
        "places": preview_of_places(brought=brought),
        "corrects": corrected_by(brought=brought),
        "signs": [in_words(sign) for sign in brought.patient_signs[:SIGNS_SHOWN]],
        "more_signs": max(0, len(brought.patient_signs) - SIGNS_SHOWN),
        **problems_of(brought),
    }


def titles(brought: FeedbackImport) -> dict[str, Measure]:
    return {one.code: one for one in Measure.objects.of_trust(brought.trust)}


def in_words(sign: dict[str, Any]) -> str:
    one = KIND_WORDS[Kind(sign["kind"])][0]
    where = f"{sign['sheet']}, row {sign['line']}" if sign.get("sheet") else f"row {sign['line']}"
    return f"{sign.get('masked') or one}: {where}"


def problems_of(brought: FeedbackImport) -> dict[str, Any]:
    listed = Listed(brought, "problems")
    return {"problems": listed[0:PROBLEMS_SHOWN], "problem_count": len(listed)}


def refused(request: SignedInRequest, brought: FeedbackImport) -> dict[str, Any]:
    return {**problems_of(brought), "may_map": bool(brought.mapping)}


def came_in(request: SignedInRequest, brought: FeedbackImport) -> dict[str, Any]:
    """The figures, each with the page that says where it comes from."""
    rows = Reading.objects.filter(feedback_import=brought).with_names().order_by("pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    undecided = rows.filter(place__state=PlaceState.UNDECIDED).values("place").distinct().count()
    successor = FeedbackImport.objects.filter(replaces=brought).exclude(state=ImportState.UNDONE).defer("found").first()
    return {"page": page, "undecided": undecided, "successor": successor}


PARTS = {
    ImportState.TO_CONFIRM: to_confirm,
    ImportState.REFUSED: refused,
    **dict.fromkeys(CAME_IN, came_in),
}


@guard(Action.IMPORT_FEEDBACK, on=FeedbackImport)
@never_cache
def status(request: SignedInRequest, brought: FeedbackImport) -> HttpResponse:
    """The part of the page that htmx asks for again and again; once the work is done, the whole page is loaded anew."""
    answer = render(request, "feedback/import_status.html", {"brought": brought})
    if not brought.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


@guard(Action.IMPORT_FEEDBACK, on=FeedbackImport)
def problems(request: SignedInRequest, brought: FeedbackImport) -> HttpResponse:
    """Everything that was not understood, row by row."""
    page = Paginator(Listed(brought, "problems"), PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    here = {"title": brought.name, "url": reverse("feedback:import", args=[brought.pk])}
    context = {"brought": brought, "page": page, "crumbs": [*crumbs_to_imports(request, brought.trust), here]}
    return render(request, "feedback/problems.html", context)
