"""Queries: all of an assessment, one opened with its thread, one asked, one closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.forms.queries import AnswerForm, AskForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Element, Query, QueryMessage, QueryState
from assessments.services import queries
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views import breadcrumbs
from assessments.views.evidence import find_element
from departments.access import Action, SignedInRequest, guard, may
from departments.views.files import SHOWN
from departments.views.typed import typed

PAGE_ROWS = 25
FILTERS = {"": "All", "open": "Open", "answered": "Answered", "closed": "Closed", "overdue": "Overdue"}


@guard(Action.READ_ASSESSMENT, on=Assessment)
def index(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    show, today = request.GET.get("show", ""), timezone.localdate()
    first = QueryMessage.objects.filter(query=OuterRef("pk")).order_by("pk")
    rows = among(Query.objects.filter(assessment=assessment), show, today).select_related("element")
    page = Paginator(rows.annotate(first=Subquery(first.values("text")[:1])).order_by("due_on", "pk"), PAGE_ROWS)
    context = {
        "assessment": assessment,
        "page": page.get_page(request.GET.get("page")),
        "show": show,
        "filters": [
            {"words": words, "url": f"?show={code}", "current": code == show} for code, words in FILTERS.items()
        ],
        "today": today,
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/queries.html", context)


def among(rows: QuerySet[Query], show: str, today: date) -> QuerySet[Query]:
    if show == "overdue":
        return rows.filter(state=QueryState.OPEN, due_on__lt=today)
    return rows.filter(state=show) if show in QueryState else rows


@guard(Action.ASK, on=Assessment)
def ask(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    form = AskForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            queries.ask(assessment=assessment, element=element, by=request.user, **form.words())
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, f"The department is asked about {number}.", extra_tags="query-ask")
            return redirect("assessments:element", assessment.pk, number)
    context = {"assessment": assessment, "element": element, "form": form}
    context |= {"takes": assessment.takes_queries, "crumbs": breadcrumbs.to_element(assessment, element)}
    return render(request, "assessments/query_ask.html", context)


@guard(Action.READ_ASSESSMENT, on=Query)
def detail(request: SignedInRequest, query: Query) -> HttpResponse:
    """The thread, which everybody reads who reads the assessment; a POST says something to it."""
    form = form_of(request, query)
    meanwhile: list[QueryMessage] = []
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                say(request, query, form)
            except SavedByAColleague:
                meanwhile = show_meanwhile(query, form)
            except Refused as refused:
                form.add_error(None, list(refused.reasons))
            else:
                messages.success(request, "Sent.", extra_tags=f"query-{query.pk}")
                return redirect("assessments:query", query.pk)
    return render(request, "assessments/query.html", page(request, query, form, meanwhile))


def form_of(request: SignedInRequest, query: Query) -> AskForm | AnswerForm | None:
    """What this person can say to the query now; None for who only reads it."""
    sends = request.method == "POST"  # what was typed is kept, though it may be too late to send it
    if not (query.assessment.takes_queries or sends):
        return None
    if may(request.user, Action.ASK, query.assessment):
        return AskForm(typed(request), query=query)
    if may(request.user, Action.ANSWER, query.assessment) and (sends or not query.is_closed):
        return AnswerForm(typed(request), request.FILES or None, query=query, by=request.user)
    return None


def say(request: SignedInRequest, query: Query, form: AskForm | AnswerForm) -> None:
    version = form.cleaned_data["version"] or 0
    if isinstance(form, AskForm):
        queries.ask_again(query=query, version=version, by=request.user, **form.words())
    else:
        text = form.cleaned_data["text"]
        queries.answer(query=query, version=version, text=text, by=request.user, **form.brings())


def show_meanwhile(query: Query, form: AskForm | AnswerForm) -> list[QueryMessage]:
    """Keep the words in the form, and give what was said since the page was made."""
    seen = form.cleaned_data["version"] or 0
    query.refresh_from_db(fields=["version", "state", "due_on", "closed_by", "closed_at"])
    replace_typed(form, version=str(query.version))
    said = list(query.messages.select_related("author"))
    new = said[-(query.version - seen) :] if query.version > seen else []
    names = new[-1].author.name if new else "Somebody"
    form.add_error(
        None,
        f"{names} wrote here after you opened this page, so yours is not sent yet. Read what is new above, change "
        "your words if you want to, and send them again.",
    )
    return new


def page(
    request: SignedInRequest, query: Query, form: AskForm | AnswerForm | None, meanwhile: list[QueryMessage]
) -> dict[str, Any]:
    return {
        "query": query,
        "assessment": query.assessment,
        "element": query.element,
        "thread": thread_of([query])[query.pk],
        "form": form,
        "asks": isinstance(form, AskForm),
        "new": {message.pk for message in meanwhile},
        "kept": request.method == "GET" and request.kept_words is not None and form is not None,
        "today": timezone.localdate(),
        "viewable": SHOWN,
        "inside": may(request.user, Action.READ_LIBRARY, query.assessment),
        "crumbs": breadcrumbs.to_element(query.assessment, query.element),
    }


def thread_of(rows: list[Query]) -> dict[int, list[QueryMessage]]:
    """What was said to each query, with the evidence that came with it. Two queries, however many threads."""
    said: dict[int, list[QueryMessage]] = {row.pk: [] for row in rows}
    every = QueryMessage.objects.filter(query__in=rows).select_related("author")
    for message in every.prefetch_related("attachments__version__evidence", "attachments__version__file"):
        said[message.query_id].append(message)
    return said


def on_element(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """The part of the element page that is about queries: each with its thread, open ones first."""
    rows = list(Query.objects.filter(assessment=assessment, element=element))
    said = thread_of(rows) if rows else {}
    answers = assessment.takes_queries and may(request.user, Action.ANSWER, assessment)
    return {
        "queries": [{"row": row, "thread": said[row.pk]} for row in rows],
        "open_queries": sum(row.is_open for row in rows),
        "may_ask": assessment.takes_queries and may(request.user, Action.ASK, assessment),
        "may_answer": answers,
        "today": timezone.localdate(),
    }


@guard(Action.ASK, on=Query)
@require_POST
def close(request: SignedInRequest, query: Query) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        queries.close(query=query, version=int(version) if version.isdecimal() else -1, by=request.user)
    except SavedByAColleague:
        messages.error(request, "Something was said after you opened this page. Read it, then close the query.")
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "The query is closed.")
    return redirect("assessments:query", query.pk)
