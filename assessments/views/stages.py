"""Moves that ask for nothing but, at times, a reason: one page each, made from a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.forms.cycle import ConfirmForm, ReasonForm
from assessments.models import Assessment
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.views import breadcrumbs
from assessments.workflow import ACTIONS, WHAT_COMES_NEXT, Move, Stage, step_for
from departments.access import SignedInRequest, guard
from departments.views.typed import typed


@dataclass(frozen=True)
class Page:
    """What a move's page says: what it means, what is asked, and what was done."""

    title: str
    means: str
    button: str
    done: str
    asks: str = "Why?"
    hint: str = "Everybody who works on this assessment reads it."


# The moves of the visit have pages of their own: `visit_moves.PAGES`.
PAGES: dict[Move, Page] = {
    Move.RETURN: Page(
        "Return to the department",
        "The department can then change its statements and evidence, and submit again. Until it does, you no longer "
        "see them.",
        "Return it",
        "Returned to the department, with your reason.",
        asks="What must be done first",
        hint="They read this, so say what and where.",
    ),
    Move.DRAFT: Page(
        "Begin the draft report",
        "You complete the findings and the summary, and send the draft to the department, which checks its facts.",
        "Begin the draft report",
        "The draft report is begun.",
        asks="Why is no visit needed?",
        hint="The report says it in its method.",
    ),
    Move.TAKE_BACK: Page(
        "Take the draft back",
        "The department can no longer read it. You can change findings and the summary, and send it again.",
        "Take it back",
        "The draft is with you again.",
    ),
    Move.APPEAL: Page(
        "Appeal against the decision",
        "Another certifier, who neither decided nor assessed, hears the appeal. The decision stands until then.",
        "Appeal",
        "Your appeal is made.",
        asks="On what grounds?",
        hint="Say which findings or which part of the process, and what speaks against them.",
    ),
    Move.WITHDRAW: Page(
        "Withdraw the assessment",
        "It ends here, and nothing of it can be changed afterwards. What was written is kept, and a new assessment "
        "can be opened.",
        "Withdraw it",
        "The assessment is withdrawn.",
    ),
    Move.PAUSE: Page(
        "Pause the assessment",
        "Nobody can change anything until it is resumed. It then goes on where it was.",
        "Pause it",
        "The assessment is paused.",
    ),
    Move.RESUME: Page(
        "Resume the assessment",
        "It goes on where it was paused.",
        "Resume it",
        "The assessment goes on.",
    ),
}


def page(move: Move) -> Callable[..., HttpResponse]:
    """The page of one move: it says what the move means, and a POST makes it."""

    @guard(ACTIONS[move], on=Assessment)
    def view(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
        step = step_for(move, assessment.stage, paused_from=assessment.paused_from)
        form = form_of(request, move, asks=step is not None and step.needs_reason)
        if request.method == "POST" and form.is_valid():
            try:
                cycle.go(assessment=assessment, move=move, by=request.user, reason=form.cleaned_data.get("reason", ""))
            except Refused as refused:
                form.add_error(None, list(refused.reasons))
            else:
                return after(request, assessment, PAGES[move].done, move)
        return render(request, "assessments/move.html", context_of(assessment, move, form, can=step is not None))

    return view


def form_of(request: SignedInRequest, move: Move, *, asks: bool) -> forms.Form:
    if not asks:
        return ConfirmForm(typed(request))
    return ReasonForm(typed(request), asks=PAGES[move].asks, hint=PAGES[move].hint)


def after(request: SignedInRequest, assessment: Assessment, done: str, move: Move) -> HttpResponse:
    """On to the assessment; home where whoever moved it no longer sees it."""
    messages.success(request, done, extra_tags=move.value)
    if Assessment.objects.visible_to(request.user).filter(pk=assessment.pk).exists():
        return redirect("assessments:detail", assessment.pk)
    return redirect("portal:home")


def context_of(assessment: Assessment, move: Move, form: forms.Form, *, can: bool) -> dict[str, object]:
    return {
        "assessment": assessment,
        "move": move.value,
        "page": PAGES[move],
        "form": form,
        "can": can,
        "next_words": WHAT_COMES_NEXT[Stage(assessment.stage)],
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
