"""What takes an assessment on and asks for more than a reason: submitted, assigned, drafted, proposed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from assessments.forms.cycle import AssignForm
from assessments.forms.words import OutcomeForm, SummaryForm, replace_typed
from assessments.models import Assessment
from assessments.services import cycle
from assessments.services.coverage import coverage_of
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.visit_coverage import facts_of_visit
from assessments.views import breadcrumbs
from assessments.views.autosaving import autosaved
from assessments.views.comparing import compared, put_together
from assessments.views.listing import progress
from assessments.workflow import Move, Stage, step_for
from departments.access import Action, SignedInRequest, guard
from departments.views.autosave import is_autosave
from departments.views.typed import typed

BOTH_TEXTS = (
    "A colleague saved this page after you opened it, so yours is not saved yet. Both texts are below: "
    "put together what should stand, then save again."
)


@guard(Action.SUBMIT, on=Assessment)
def submit(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Says what still blocks it, or what submitting means; a POST submits."""
    refused: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            cycle.submit(assessment=assessment, by=request.user)
        except Refused as error:
            refused = error.reasons
        else:
            messages.success(request, "The self-assessment is submitted. The certification body assigns an assessor.")
            return redirect("assessments:detail", assessment.pk)
    open_ = assessment.takes_statements
    blockers = cycle.blockers(assessment) if open_ else []
    held_back = cycle.what_evidence_blocks(assessment) if open_ else []
    context = {
        "assessment": assessment,
        "blockers": blockers,
        "held_back": held_back,
        "pointed_out": pointed_out(assessment) if open_ else [],
        "refused": refused if not (blockers or held_back) else (),
        "verdict": cycle.self_verdict_of(assessment),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/submit.html", context)


def pointed_out(assessment: Assessment) -> list[str]:
    """What the evidence does not cover, and does not keep it from being submitted."""
    covered = coverage_of(assessment, today=timezone.localdate())
    return [point.words for point in covered.points if not point.blocks]


@guard(Action.ASSIGN, on=Assessment)
def assign(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    form = AssignForm(typed(request), assessment=assessment, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            assigned = cycle.assign(assessment=assessment, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(
                request,
                f"{assigned.assessor} assesses {assessment.department}, and is asked to declare their interests.",
            )
            return redirect("assessments:detail", assessment.pk)
    context = {
        "assessment": assessment,
        "form": form,
        "can": step_for(Move.ASSIGN, assessment.stage) is not None,
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/assign.html", context)


@guard(Action.PROPOSE, on=Assessment)
def summary(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The summary, saved as often as one likes; the draft report, sent once everything is there."""
    form = SummaryForm(typed(request), assessment=assessment)
    colleague = None
    if is_autosave(request):
        return autosaved(request, form, lambda: save_summary(request, assessment, form))
    if request.POST.get("choose") == "theirs":
        messages.success(request, "What is saved stands. Yours is let go.", extra_tags="summary")
        return redirect("assessments:summary", assessment.pk)
    if request.POST.get("choose") == "both":
        put_together(form, assessment)
    elif request.method == "POST" and form.is_valid():
        try:
            return save_or_send(request, assessment, form)
        except SavedByAColleague as error:
            colleague = error.row
            replace_typed(form, version=str(colleague.proposal_version))
            form.add_error(None, BOTH_TEXTS)
        except Refused as refused:
            replace_typed(form, version=str(Assessment.objects.get(pk=assessment.pk).proposal_version))
            form.add_error(None, list(refused.reasons))
    return render(request, "assessments/summary.html", page_of_summary(assessment, form, colleague))


def page_of_summary(assessment: Assessment, form: SummaryForm, colleague: Assessment | None) -> dict[str, Any]:
    return {
        "assessment": assessment,
        "form": form,
        "colleague": colleague,
        "compared": compared(form, colleague) if colleague is not None else [],
        "sends": assessment.stage == Stage.DRAFT_REPORT,
        "verdict": cycle.verdict_of(assessment),
        "progress": progress(assessment),
        "visit": facts_of_visit(assessment) if assessment.takes_findings else None,
        "crumbs": breadcrumbs.to_assessment(assessment),
        "sent_back": assessment.moves.filter(move=Move.SEND_BACK).last(),
    }


def save_summary(request: SignedInRequest, assessment: Assessment, form: SummaryForm) -> tuple[int, datetime | None]:
    version = form.cleaned_data["version"]
    row = cycle.save_summary(assessment=assessment, version=version, by=request.user, **form.words())
    return row.proposal_version, None


def save_or_send(request: SignedInRequest, assessment: Assessment, form: SummaryForm) -> HttpResponse:
    save_summary(request, assessment, form)
    if "send" not in request.POST or assessment.stage != Stage.DRAFT_REPORT:
        messages.success(request, "The summary is saved.", extra_tags="summary")
        return redirect("assessments:summary", assessment.pk)
    outcome, due = form.cleaned_data["outcome"], form.cleaned_data["facts_due_on"]
    if not outcome:
        raise Refused("Choose the outcome that you propose.")
    sent = cycle.send_draft(assessment=assessment, outcome=outcome, facts_due_on=due, by=request.user)
    until = date_format(sent.facts_due_on) if sent.facts_due_on else ""
    messages.success(
        request, f"The draft is sent. The department checks its facts until {until}.", extra_tags="summary"
    )
    return redirect("assessments:detail", assessment.pk)


@guard(Action.PROPOSE, on=Assessment)
def propose(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """Puts the outcome to the certifier, once the department has checked the facts or its time has passed."""
    form = OutcomeForm(typed(request), assessment=assessment)
    if request.method == "POST" and form.is_valid():
        try:
            cycle.propose(assessment=assessment, outcome=form.cleaned_data["outcome"], by=request.user)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, "Proposed. The certifier decides.", extra_tags="propose")
            return redirect("assessments:detail", assessment.pk)
    context = {
        "assessment": assessment,
        "form": form,
        "can": assessment.stage == Stage.FACTUAL_CHECK,
        "verdict": cycle.verdict_of(assessment),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/propose.html", context)
