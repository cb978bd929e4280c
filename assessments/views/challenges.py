"""The check of facts: the draft report to be read, a finding challenged, a challenge answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.forms.challenges import AnswerChallengeForm, ChallengeForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Challenge, Finding
from assessments.services import cycle
from assessments.services.challenges import answer_challenge, challenge, why_not_challenged
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.writing import takes
from assessments.views import breadcrumbs
from assessments.views.seeing import sees_findings
from assessments.workflow import CHALLENGES_ARE_ANSWERED, Stage
from departments.access import Action, SignedInRequest, guard, may
from departments.views.files import SHOWN
from departments.views.typed import typed


@guard(Action.READ_CHALLENGES, on=Assessment)
def draft_report(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The whole draft in flow, to be read, printed and checked; with each finding, what was challenged in it."""
    sees = sees_findings(request.user, assessment) and assessment.assessor_id is not None
    checks = assessment.stage == Stage.FACTUAL_CHECK and may(request.user, Action.READ_DRAFT, assessment)
    context = {
        "assessment": assessment,
        "sees": sees,
        "criteria": by_criterion(assessment) if sees else [],
        "may_challenge": checks and not why_not_challenged(assessment, timezone.now()),
        "may_finish": checks and assessment.facts_checked_at is None,
        "too_late": why_not_challenged(assessment, timezone.now()) if checks else "",
        "today": timezone.localdate(),
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "assessments/draft_report.html", context)


def by_criterion(assessment: Assessment) -> list[dict[str, Any]]:
    """Every finding under its criterion, with its challenges. Two queries."""
    said: dict[int, list[Challenge]] = {}
    for row in Challenge.objects.filter(assessment=assessment).select_related("made_by", "answered_by"):
        said.setdefault(row.finding_id, []).append(row)
    found: dict[int, dict[str, Any]] = {}
    for finding in Finding.objects.filter(assessment=assessment).in_order():
        criterion = finding.element.subcriterion.criterion
        part = found.setdefault(criterion.pk, {"criterion": criterion, "lines": []})
        part["lines"].append({"finding": finding, "element": finding.element, "challenges": said.get(finding.pk, [])})
    return list(found.values())


@guard(Action.READ_DRAFT, on=Assessment)
def make(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    finding = find_finding(assessment, number)
    form, reason = form_of(request, finding), why_not_challenged(assessment, timezone.now())
    colleague: Challenge | None = None
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("seen", "text")}
        try:
            made = challenge(finding=finding, by=request.user, **said, **form.brings())
        except SavedByAColleague:
            colleague = show_colleague(finding, form)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, f"The assessor is told that you challenge {number}.", extra_tags="challenge")
            return redirect("assessments:challenge", made.pk)
    context = {"assessment": assessment, "element": finding.element, "form": form, "colleague": colleague}
    context |= {"finding": finding if sees_findings(request.user, assessment) else None, "too_late": reason}
    return render(
        request, "assessments/challenge_make.html", context | {"crumbs": breadcrumbs.to_assessment(assessment)}
    )


def find_finding(assessment: Assessment, number: str) -> Finding:
    finding = Finding.objects.filter(assessment=assessment, element__number=number).in_order().first()
    if finding is None:
        raise Http404
    finding.assessment = assessment
    return finding


def form_of(request: SignedInRequest, finding: Finding) -> ChallengeForm:
    seen = Challenge.objects.filter(finding=finding).count()
    return ChallengeForm(typed(request), request.FILES or None, finding=finding, seen=seen, by=request.user)


def show_colleague(finding: Finding, form: ChallengeForm) -> Challenge | None:
    """Keep the words, and show what a colleague has said of the same finding meanwhile."""
    rows = Challenge.objects.filter(finding=finding).select_related("made_by").order_by("pk")
    last = rows.last()
    replace_typed(form, seen=str(rows.count()))
    name = last.made_by.name if last else "Somebody"
    form.add_error(
        None,
        f"{name} challenged this finding after you opened this page, so yours is not sent yet. Read theirs below, and "
        "send yours as well if it says more.",
    )
    return last


@guard(Action.READ_CHALLENGES, on=Challenge)
def detail(request: SignedInRequest, row: Challenge) -> HttpResponse:
    """What was challenged, with the finding before and after; whoever assesses answers it here."""
    may_answer = may(request.user, Action.WRITE_FINDING, row.assessment)
    asked = (row.is_open and row.assessment.stage in CHALLENGES_ARE_ANSWERED) or request.method == "POST"
    form = AnswerChallengeForm(typed(request)) if may_answer and asked else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            answered = answer_challenge(challenge=row, by=request.user, **form.words())
        except SavedByAColleague:
            form.add_error(None, "This challenge was answered after you opened this page. See the answer above.")
            row = Challenge.objects.with_names().get(pk=row.pk)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            return after_answering(request, answered)
    return render(request, "assessments/challenge.html", page(request, row, form))


def after_answering(request: SignedInRequest, row: Challenge) -> HttpResponse:
    """To the finding that is to be put right, or to what was answered."""
    number, kept = row.finding.element.number, f"challenge-{row.pk}"
    if takes(row.assessment, row.finding):
        messages.success(request, f"Accepted. Put the finding on {number} right now.", extra_tags=kept)
        return redirect("assessments:element", row.assessment_id, number)
    messages.success(request, "The department is told of your answer.", extra_tags=kept)
    return redirect("assessments:challenge", row.pk)


def page(request: SignedInRequest, row: Challenge, form: AnswerChallengeForm | None) -> dict[str, Any]:
    attached = row.attachments.select_related("version__evidence", "version__file")
    return {
        "challenge": row,
        "assessment": row.assessment,
        "element": row.finding.element,
        "attachments": list(attached),
        "form": form,
        "viewable": SHOWN,
        "inside": may(request.user, Action.READ_LIBRARY, row.assessment),
        "opens": may(request.user, Action.WRITE_FINDING, row.assessment) and takes(row.assessment, row.finding),
        "crumbs": breadcrumbs.to_assessment(row.assessment),
    }


@guard(Action.READ_DRAFT, on=Assessment)
@require_POST
def checked(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The department has checked the facts and has nothing more to challenge."""
    try:
        cycle.finish_fact_check(assessment=assessment, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "The assessor is told that you have checked the facts.")
    return redirect("assessments:draft_report", assessment.pk)
