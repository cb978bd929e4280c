"""What patients and staff say of an element, beside what the department says, and the button that makes an action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from assessments.gap import Difference, Figure, against_benchmark, sentence
from assessments.hearing import Question, told
from assessments.models import Assessment, CorrectiveAction, Element
from assessments.services.gap_actions import GAPS, ElementView, action_of_gap, element_view
from assessments.services.refusals import Refused
from assessments.views.evidence import find_element
from departments.access import Action, SignedInRequest, guard, may
from departments.charts.sparkline import sparkline
from departments.charts.trend import Point
from feedback.models import Remark

REMARKS_SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One figure as the panel shows it."""

    question: Question
    figure: Figure
    answers: str  # “374 of 412 answers”
    withheld: str
    words: str  # how the band stands to this figure alone, where several speak
    spark: SafeString


def patients_say(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """For whoever may read figures, where any measure or theme speaks of the element. While nothing is said of it yet,
    the department alone is told so."""
    if not may(request.user, Action.READ_FEEDBACK, assessment):
        return {"say": None}
    view = element_view(assessment, element)
    ours = may(request.user, Action.WRITE_STATEMENT, assessment)
    remarks = remarks_on(request, assessment, view)
    if not view.links or not (ours or view.patients or view.staff or remarks):
        return {"say": None}
    pairs = zip(view.patients, view.differences, strict=True)
    said = {
        "is_gap": view.difference in GAPS,
        "sentence": sentence(view.difference, ours=ours, whole_trust=view.whole_trust),
        "lines": [line(one, difference, view, ours=ours) for one, difference in pairs],
        "staff": [staff_line(one) for one in view.staff],
        "remarks": remarks[:REMARKS_SHOWN],
        "more_remarks": len(remarks) > REMARKS_SHOWN,
        "may_add": may(request.user, Action.ADD_REMARK, assessment),
    }
    return {"say": said | action_part(request, assessment, element, view)}


def action_part(
    request: SignedInRequest, assessment: Assessment, element: Element, view: ElementView
) -> dict[str, Any]:
    """Whether this person may make an action of the gap, or the one that was made of it."""
    if view.difference not in GAPS or not may(request.user, Action.OWN_ACTION, assessment):
        return {"may_make": False, "made": None}
    made = CorrectiveAction.objects.filter(gap__assessment=assessment, element=element).first()
    return {"may_make": made is None, "made": made}


def remarks_on(request: SignedInRequest, assessment: Assessment, view: ElementView) -> list[Remark]:
    """The newest remarks of the themes that speak of the element, of those that this person may read."""
    if not view.themes:
        return []
    rows = Remark.objects.visible_to(request.user).filter(department=assessment.department_id, theme__in=view.themes)
    return list(rows[: REMARKS_SHOWN + 1])


def line(question: Question, difference: Difference, view: ElementView, *, ours: bool) -> Line:
    figure = question.figure
    alone = len(view.patients) > 1 and difference != Difference.UNKNOWN
    return Line(
        question=question,
        figure=figure,
        answers=answers(question, figure),
        withheld=withheld(figure),
        words=sentence(difference, ours=ours, whole_trust=question.whole_trust) if alone else "",
        spark=spark(question),
    )


def answers(question: Question, figure: Figure) -> str:
    """What the figure is made of: counts where they are known, as the file has them and not as the scale reads them."""
    if figure.responses is None:
        return "the file does not say how many answered" if figure.score is not None else ""
    if question.scale.out_of == 1:
        parts = (one.part for one in question.readings)
        positive = sum(part.score * part.responses for part in parts if part.score is not None and part.responses)
        return f"{positive:,.0f} of {figure.responses:,}"
    return f"{figure.responses:,} answer{'' if figure.responses == 1 else 's'}"


def withheld(figure: Figure) -> str:
    """What is not known stays so, and is told."""
    if not figure.withheld:
        return ""
    one = figure.withheld == 1
    opening = "One figure is" if one else f"{figure.withheld} figures are"
    could = "it" if one else "they"
    return f"{opening} held back, so that nobody is known. The range is as wide as {could} could make it."


def spark(question: Question) -> SafeString:
    """The last twelve months as a line; nothing for a measure of one period, which has no line."""
    periods = question.periods
    if len(periods) < 2:
        return SafeString("")
    every = [Point(f"{one.ends_on:%b %Y}", one.figure.score, count=one.figure.responses) for one in periods]
    name = f"spark-{question.code}-{question.element.replace('.', '-')}"
    return sparkline(every, name=name, title=question.title, what="Score of 100").svg


def staff_line(question: Question) -> dict[str, Any]:
    """A staff score in its own units, beside those of like trusts."""
    newest, figure = question.newest, told(question)
    score = None
    if newest.score is not None:
        score = f"{newest.score:.1f}" if question.scale.out_of > 1 else f"{100 * newest.score:.0f}%"
    beside = "" if newest.score is None else against_benchmark(newest.score, newest.benchmark)
    return {"question": question, "newest": newest, "score": score, "beside": beside, "figure": figure}


@guard(Action.OWN_ACTION, on=Assessment)
@require_POST
def make_action(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """Make an action of the gap on an element, once."""
    element = find_element(assessment, number)
    try:
        action = action_of_gap(assessment=assessment, element=element, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect("assessments:element", assessment.pk, number)
    messages.success(request, "It is an action now: choose who answers for it, and by when.")
    return redirect("assessments:action_plan", action.pk)
