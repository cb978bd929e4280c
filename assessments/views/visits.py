"""The plan of a visit: begun, read by everybody whom it concerns, and changed by the assessor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from assessments.forms.visits import ArrangementsForm, BeginForm, ElementsForm, PersonForm, StopForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Statement, Visit, VisitElement, VisitPerson, VisitStop
from assessments.services import visits
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.visit_coverage import coverage_of_visit, last_close
from assessments.views import breadcrumbs
from assessments.workflow import Stage
from departments.access import Action, SignedInRequest, guard, may
from departments.views.typed import typed

SAVED_MEANWHILE = (
    "A colleague saved this after you opened it, so yours is not saved yet. What is saved now stands above: "
    "put together what should stand, then save again."
)


@guard(Action.READ_ASSESSMENT, on=Visit)
def visit(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """The timetable, whom to meet and what to see; it prints as one sheet."""
    stops = list(visit.stops.select_related("service", "site__partner").prefetch_related("people", "elements__element"))
    sees_coverage = may(request.user, Action.READ_OPEN_FINDINGS, visit)
    context = {
        "visit": visit,
        "assessment": visit.assessment,
        "stops": stops,
        "people": list(visit.people.select_related("stop")),
        "told": told_with_stops(visit),
        "covered": coverage_of_visit(visit) if sees_coverage and visit.takes_notes else None,
        "closed": last_close(visit.assessment) if sees_coverage and not visit.takes_plans else None,
        "may": abilities(request, visit),
        "today": timezone.localdate(),
        "crumbs": breadcrumbs.to_assessment(visit.assessment),
    }
    return render(request, "assessments/visit.html", context)


def abilities(request: SignedInRequest, visit: Visit) -> dict[str, bool]:
    """What this person may do with the visit at the stage where it is."""
    visits_it = may(request.user, Action.VISIT, visit)
    planned = visit.announced_at is not None and visit.takes_plans
    return {
        "plan": visits_it and visit.takes_plans,
        "announce": visits_it and visit.takes_plans and not planned,
        "note": visits_it and visit.takes_notes,
        "end": visits_it and planned,
        "reopen": visits_it and visit.assessment.stage == Stage.VISITED,
    }


def told_with_stops(visit: Visit) -> list[tuple[Statement, VisitStop | None]]:
    """Each statement with something to see, with the stop chosen for it."""
    at = {row.element_id: row.stop for row in VisitElement.objects.filter(visit=visit).select_related("stop")}
    return [(statement, at.get(statement.element_id)) for statement in told_of(visit)]


def told_of(visit: Visit) -> list[Statement]:
    return list(Statement.objects.filter(assessment=visit.assessment_id).exclude(tell_me="").in_order())


def begin(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The first page of a plan: a day, and the places to go. `moves.plan_visit` guards it."""
    form = BeginForm(typed(request), assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            begun = visits.begin_visit(assessment=assessment, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, list(refused.reasons))
        else:
            return redirect("assessments:visit", begun.pk)
    context = {"assessment": assessment, "form": form, "crumbs": breadcrumbs.to_assessment(assessment)}
    return render(request, "assessments/visit_begin.html", context)


@guard(Action.VISIT, on=Visit)
def arrangements(request: SignedInRequest, visit: Visit) -> HttpResponse:
    form = ArrangementsForm(typed(request), visit=visit)
    return changed(request, visit, form, "Arrangements", lambda: visits.save_arrangements(
        visit=visit, by=request.user, **form.cleaned_data
    ), row=visit)  # fmt: skip


@guard(Action.VISIT, on=Visit)
def add_stop(request: SignedInRequest, visit: Visit) -> HttpResponse:
    form = StopForm(typed(request), visit=visit)
    return changed(request, visit, form, "Add a stop", lambda: visits.save_stop(
        visit=visit, by=request.user, **form.cleaned_data
    ))  # fmt: skip


@guard(Action.VISIT, on=VisitStop)
def stop(request: SignedInRequest, stop: VisitStop) -> HttpResponse:
    """Change a stop, or take it off the plan."""
    form = StopForm(None if "remove" in request.POST else typed(request), visit=stop.visit, stop=stop)
    if "remove" in request.POST:
        return removed(request, stop, form)
    return changed(request, stop.visit, form, "Change the stop", lambda: visits.save_stop(
        visit=stop.visit, stop=stop, by=request.user, **form.cleaned_data
    ), row=stop)  # fmt: skip


@guard(Action.VISIT, on=Visit)
def add_person(request: SignedInRequest, visit: Visit) -> HttpResponse:
    form = PersonForm(typed(request), visit=visit)
    return changed(request, visit, form, "Add somebody to meet", lambda: visits.save_person(
        visit=visit, by=request.user, **form.cleaned_data
    ))  # fmt: skip


@guard(Action.VISIT, on=VisitPerson)
def person(request: SignedInRequest, person: VisitPerson) -> HttpResponse:
    """Change whom to meet, or take them off the plan."""
    form = PersonForm(None if "remove" in request.POST else typed(request), visit=person.visit, person=person)
    if "remove" in request.POST:
        return removed(request, person, form)
    return changed(request, person.visit, form, "Change whom you meet", lambda: visits.save_person(
        visit=person.visit, person=person, by=request.user, **form.cleaned_data
    ), row=person)  # fmt: skip


@guard(Action.VISIT, on=Visit)
def elements(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """Which element is looked at where."""
    held = dict(VisitElement.objects.filter(visit=visit).values_list("element_id", "stop_id"))
    form = ElementsForm(typed(request), visit=visit, told=told_of(visit), held=held)
    return changed(request, visit, form, "What to see where", lambda: visits.choose_stops(
        visit=visit, version=form.cleaned_data["version"], by=request.user, chosen=form.chosen()
    ), row=visit, template="assessments/visit_elements.html")  # fmt: skip


def changed(
    request: SignedInRequest,
    visit: Visit,
    form: Any,
    title: str,
    save: Any,
    *,
    row: Any = None,
    template: str = "assessments/visit_change.html",
) -> HttpResponse:
    """Save what a valid form says and go back to the plan; else show the form with what stands against it."""
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except SavedByAColleague:
            colleague = type(row).objects.get(pk=row.pk)
            replace_typed(form, version=str(colleague.version))
            form.add_error(None, SAVED_MEANWHILE)
        except Refused as refused:
            form.add_error(refused.field or None, list(refused.reasons))
        else:
            messages.success(request, "Saved.", extra_tags="visit")
            return redirect("assessments:visit", visit.pk)
    return render(request, template, change_page(visit, form, title, row, colleague))


def change_page(visit: Visit, form: Any, title: str, row: Any, colleague: Any = None) -> dict[str, Any]:
    return {
        "visit": visit,
        "assessment": visit.assessment,
        "form": form,
        "title": title,
        "row": row,
        "removable": isinstance(row, (VisitStop, VisitPerson)),
        "colleague": colleague,
        "crumbs": breadcrumbs.to_visit(visit),
    }


def removed(request: SignedInRequest, row: VisitStop | VisitPerson, form: Any) -> HttpResponse:
    try:
        visits.remove_row(row=row, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
        return render(request, "assessments/visit_change.html", change_page(row.visit, form, "Change", row))
    messages.success(request, f"Off the plan: {row}.")
    return redirect("assessments:visit", row.visit_id)
