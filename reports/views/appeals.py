"""The page of an appeal: its grounds, the decision with its facts, and the answer of another certifier."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.models import Assessment
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.workflow import WHAT_COMES_NEXT, Move, Stage
from departments.access import Action, SignedInRequest, guard
from departments.views.typed import typed
from reports.forms import AppealForm
from reports.models import DecisionFacts
from reports.rules import band_table

DONE = {
    Move.DISMISS_APPEAL: "The appeal is dismissed. The decision stands.",
    Move.ALLOW_APPEAL: "The appeal is allowed. The assessor looks at the findings again.",
}


@guard(Action.HEAR_APPEAL, on=Assessment)
def hear(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Shows what was decided and what speaks against it; a POST answers, by who neither decided nor assessed."""
    form = AppealForm(typed(request))
    if request.method == "POST" and form.is_valid():
        move = Move(form.cleaned_data["answer"])
        try:
            cycle.go(assessment=assessment, move=move, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, DONE[move], extra_tags="appeal")
            return redirect("assessments:detail", assessment.pk)
    assessment = Assessment.objects.with_names().select_related("decided_by").get(pk=assessment.pk)
    appealed = assessment.stage == Stage.APPEALED
    context = {
        "assessment": assessment,
        "form": form if appealed else None,
        **what_stops(request, assessment, Move.DISMISS_APPEAL if appealed else None),
        "appeal": assessment.moves.filter(move=Move.APPEAL).select_related("by").last(),
        **facts_of_the_decision(assessment),
        "next_words": WHAT_COMES_NEXT[Stage(assessment.stage)],
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "reports/appeal.html", context)


def facts_of_the_decision(assessment: Assessment) -> dict[str, object]:
    """The facts of the newest decision; nothing when it was made before facts were kept."""
    kept = DecisionFacts.objects.filter(assessment=assessment).last()
    return {"facts": kept.facts, "table": band_table(kept.facts)} if kept else {}


def what_stops(request: SignedInRequest, assessment: Assessment, move: Move | None) -> dict[str, object]:
    """Why this person cannot decide or hear it, and who else of the body could."""
    stops = cycle.what_holds_back(assessment, move, by=request.user) if move else []
    return {"stops": stops, "others": cycle.who_else_could(assessment, move) if stops and move else []}
