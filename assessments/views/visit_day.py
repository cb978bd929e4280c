"""The day of the visit, on a tablet: one element at a time, with notes that wait in the browser for a signal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.forms.visits import MarkForm, NoteForm
from assessments.models import Assessment, Element, Statement, Visit, VisitElement, VisitNote, VisitPerson, VisitStop
from assessments.services import visit_notes
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.visiting import current_stop
from departments.access import Action, SignedInRequest, guard, may
from departments.views.typed import typed


@guard(Action.VISIT, on=Visit)
def day(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """All elements are in the page, one is shown; a POST is the form of a browser without JavaScript."""
    form = NoteForm(typed(request), visit=visit)
    if request.method == "POST" and form.is_valid():
        try:
            store(request, visit, form)
        except Refused as refused:
            form.add_error(refused.field or None, list(refused.reasons))
        else:
            messages.success(request, "The note is saved.", extra_tags="note")
            return redirect(at_element(visit, form.cleaned_data["element"]))
    return render(request, "assessments/visit_day.html", page(request, visit, form))


@guard(Action.VISIT, on=Visit)
@require_POST
def note(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """Takes one note that a browser kept: 422 with what stands against it, 409 when somebody else is signed in."""
    if request.POST.get("who") != str(request.user.pk):
        return JsonResponse({"words": "Somebody else is signed in here."}, status=409)
    form = NoteForm(request.POST, visit=visit)
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"words": words}, status=422)
    try:
        store(request, visit, form)
    except Refused as refused:
        return JsonResponse({"words": refused.reason}, status=422)
    return HttpResponse(status=204)


def store(request: SignedInRequest, visit: Visit, form: NoteForm) -> VisitNote:
    words = dict(form.cleaned_data)
    element = Element.objects.filter(standard=visit.assessment.standard_id, number=words.pop("element")).first()
    if element is None:
        raise Refused("The standard of this assessment has no such element.")
    return visit_notes.add_note(visit=visit, element=element, by=request.user, **words)


@guard(Action.VISIT, on=VisitStop)
@require_POST
def seen(request: SignedInRequest, stop: VisitStop) -> HttpResponse:
    return marked(request, stop.visit, lambda mark: visit_notes.mark_seen(stop=stop, seen=mark, by=request.user))


@guard(Action.VISIT, on=VisitPerson)
@require_POST
def met(request: SignedInRequest, person: VisitPerson) -> HttpResponse:
    return marked(request, person.visit, lambda mark: visit_notes.mark_met(person=person, met=mark, by=request.user))


def marked(request: SignedInRequest, visit: Visit, save: Any) -> HttpResponse:
    """Store the mark; a script gets an answer without a page."""
    form, by_script = MarkForm(request.POST), bool(request.headers.get("HX-Request"))
    words = "" if form.is_valid() else "Say yes or no."
    if not words:
        try:
            save(form.cleaned_data["mark"])
        except Refused as refused:
            words = refused.reason
    if by_script:
        return JsonResponse({"words": words}, status=422) if words else HttpResponse(status=204)
    if words:
        messages.error(request, words)
    return redirect(at_element(visit, request.POST.get("element", "")))


def around(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """The visit's notes on one element, beside the finding that is written from them."""
    if not may(request.user, Action.VISIT, assessment):
        return {}
    notes = VisitNote.objects.filter(visit=assessment.pk, element=element).select_related("stop", "person")
    return {"visit_notes": list(notes)}


def at_element(visit: Visit, number: str) -> str:
    return f"{reverse('assessments:visit_day', args=[visit.pk])}?element={number}"


def page(request: SignedInRequest, visit: Visit, form: NoteForm) -> dict[str, Any]:
    statements = list(Statement.objects.filter(assessment=visit.assessment_id).in_order())
    stops, people = list(visit.stops.all()), list(visit.people.select_related("stop"))
    numbers = [statement.element.number for statement in statements]
    asked = form["element"].value() if form.is_bound else request.GET.get("element")
    current = asked if asked in numbers else numbers[0]
    here = current_stop([(stop.pk, stop.day, stop.begins) for stop in stops], timezone.now())
    if not form.is_bound:
        whom = next((person.pk for person in people if here and person.stop_id == here), None)
        form.initial = {"element": current, "token": uuid4(), "stop": here, "person": whom}
    return {
        "visit": visit,
        "assessment": visit.assessment,
        "form": form,
        "current": current,
        "lines": lines_of(visit, statements, current),
        "stops": stops,
        "people": people,
        "kept": request.method == "GET" and request.kept_words is not None,
        "crumbs": breadcrumbs.to_visit(visit),
    }


def lines_of(visit: Visit, statements: list[Statement], current: str) -> list[dict[str, Any]]:
    """Each element with its statement, where it is to be seen, its notes, and its neighbours."""
    at = {row.element_id: row.stop for row in VisitElement.objects.filter(visit=visit).select_related("stop")}
    notes: dict[int, list[VisitNote]] = {}
    for note in visit.notes.select_related("stop", "person"):
        notes.setdefault(note.element_id, []).append(note)
    numbers = [statement.element.number for statement in statements]
    return [
        {
            "statement": statement,
            "element": statement.element,
            "stop": at.get(statement.element_id),
            "notes": notes.get(statement.element_id, []),
            "previous": numbers[place - 1] if place else "",
            "next": numbers[place + 1] if place + 1 < len(numbers) else "",
            "position": place + 1,
            "is_current": statement.element.number == current,
        }
        for place, statement in enumerate(statements)
    ]
