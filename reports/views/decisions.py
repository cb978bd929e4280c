"""The certifier's page: the proposal, and what is decided of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.models import Assessment
from assessments.rules import decide_award
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.whatif import what_if
from assessments.workflow import WHAT_COMES_NEXT, Move, Stage
from departments.access import Action, SignedInRequest, guard
from reports.facts import facts_of
from reports.forms import DecisionForm
from reports.rules import band_table, elements_of
from reports.services import decisions
from reports.views.appeals import what_stops
from reports.views.matters import what_is_open


@guard(Action.DECIDE, on=Assessment)
def decide(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Shows what is proposed and what would be fixed; a POST decides or sends back. Decided once, it stays so."""
    gives = cycle.verdict_of(assessment).outcome if request.method == "POST" else ""
    form = DecisionForm(request.POST if request.method == "POST" else request.kept_words, rule_gives=gives)
    if request.method == "POST" and assessment.stage == Stage.DECISION and form.is_valid():
        try:
            return decide_or_send_back(request, assessment, form)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
    assessment = Assessment.objects.with_names().select_related("decided_by").get(pk=assessment.pk)
    context = {
        "assessment": assessment,
        "form": form if assessment.stage == Stage.DECISION else None,
        "next_words": WHAT_COMES_NEXT[Stage(assessment.stage)],
        "crumbs": breadcrumbs.to_assessment(assessment),
        **(proposal(request, assessment) if assessment.stage == Stage.DECISION else {}),
    }
    return render(request, "reports/decide.html", context)


def decide_or_send_back(request: SignedInRequest, assessment: Assessment, form: DecisionForm) -> HttpResponse:
    if form.sends_back:
        cycle.go(assessment=assessment, move=Move.SEND_BACK, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Sent back to the assessor, with your reason.", extra_tags="decision")
        return redirect("assessments:detail", assessment.pk)
    report = decisions.decide(
        assessment=assessment,
        outcome=form.cleaned_data["decision"],
        reason=form.cleaned_data["reason"],
        by=request.user,
    )
    outcome = report.assessment.get_outcome_display().lower()
    messages.success(request, f"Decided: {outcome}. The award report is being made.", extra_tags="decision")
    return redirect("reports:award", assessment.pk)


def proposal(request: SignedInRequest, assessment: Assessment) -> dict[str, Any]:
    """The same facts that a decision would store, what would change the outcome, and what is still open."""
    facts = facts_of(assessment)
    elements = [element for criterion in facts["criteria"] for element in elements_of(criterion)]
    required = set(facts["improvements"]["required"])
    ratings = {element["number"]: element["band"] or None for element in elements}
    rule = assessment.standard.rule()
    headroom = decide_award(rule, ratings).headroom
    return {
        "facts": facts,
        "table": band_table(facts),
        "headroom": [
            {"title": one["title"], "left": headroom[one["number"]], "allowed": one["partials_allowed"]}
            for one in facts["criteria"]
        ],
        "what_if": what_if(rule, ratings).sentences,
        "matters": what_is_open(assessment),
        **what_stops(request, assessment, Move.DECIDE),
        "required": [element for element in elements if element["number"] in required],
        "differing": [element for element in elements if element["band"] != element["own_band"]],
    }
