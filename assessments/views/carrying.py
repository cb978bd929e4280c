"""Evidence of an earlier assessment, carried forward to the one that is being prepared."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.utils import timezone

from assessments.forms.carrying import CarryForm
from assessments.models import Assessment
from assessments.pieces import Standing
from assessments.services.refusals import Refused
from assessments.services.reuse import Carried, carry_forward, earlier_with_evidence, what_can_be_carried
from assessments.views import breadcrumbs
from departments.access import Action, SignedInRequest, guard
from departments.views.typed import typed


@guard(Action.ADD_EVIDENCE, on=Assessment)
def carry(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """What stood behind each element last time, to choose from; a POST puts the chosen to the new elements."""
    source = earlier_with_evidence(assessment)
    if source is None or not assessment.takes_statements:
        raise Http404
    rows = what_can_be_carried(assessment=assessment, source=source, today=timezone.localdate())
    form = CarryForm(typed(request), rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            carry_forward(assessment=assessment, source=source, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            n = len({row.element.pk for row in form.cleaned_data["chosen"]})
            messages.success(request, f"Evidence is carried forward to {n} element{pluralize(n)}.")
            return redirect("assessments:detail", assessment.pk)
    context = {
        "assessment": assessment,
        "source": source,
        "form": form,
        "groups": [by_element(list(same), form) for _, same in groupby(rows, key=lambda row: row.element.pk)],
        "counts": counts(rows),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/carry_forward.html", context)


def by_element(rows: list[Carried], form: CarryForm) -> dict[str, Any]:
    """One element with what stood behind it; what is out of date is left to choose."""
    ticked = form.ticked()
    lines = [
        {"row": row, "ticked": row.standing != Standing.EXPIRED if ticked is None else row.key in ticked}
        for row in rows
    ]
    return {"element": rows[0].element, "lines": lines, "offered": sum(row.is_offered for row in rows)}


def counts(rows: list[Carried]) -> dict[str, int]:
    offered = [row for row in rows if row.is_offered]
    return {
        "elements": len({row.element.pk for row in rows}),
        "pieces": len({row.use.evidence_id for row in rows}),
        "offered": len(offered),
        "expired": len({row.use.evidence_id for row in offered if row.standing == Standing.EXPIRED}),
    }
