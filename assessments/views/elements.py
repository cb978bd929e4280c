"""One element: what the department says, what the assessor found, and the evidence between them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from assessments.forms.adding import accepted_kinds
from assessments.forms.words import FindingForm, StatementForm, replace_typed
from assessments.models import Assessment, Element, EvidenceUse, Finding, Statement
from assessments.models.standard import band_meanings, element_numbers
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.writing import save_finding, save_statement, takes
from assessments.views import breadcrumbs, notes, queries
from assessments.views.autosaving import autosaved, who_was_first
from assessments.views.comparing import compared, put_together
from assessments.views.independence import what_findings_wait_for
from assessments.views.seeing import sees_findings
from departments.access import Action, SignedInRequest, guard, may
from departments.views.autosave import is_autosave
from departments.views.files import SHOWN
from departments.views.typed import typed


@guard(Action.READ_ASSESSMENT, on=Assessment)
def element(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    """The page reads for everybody who may; a POST saves the words of whoever writes at this stage."""
    statement = find_statement(assessment, number)
    finding = find_finding(request, assessment, statement.element)
    form = writing_form(request, assessment, statement, finding)
    colleague: Statement | Finding | None = None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if is_autosave(request):
            return autosaved(request, form, lambda: save(form, statement, finding, request))
        if request.POST.get("choose") == "theirs":
            return keep_theirs(request, assessment, statement.element)
        if request.POST.get("choose") == "both":
            put_together(form, statement if isinstance(form, StatementForm) or finding is None else finding)
        elif form.is_valid():
            try:
                save(form, statement, finding, request)
            except SavedByAColleague as error:
                colleague = show_both(request, form, error.row)
            except Refused as refused:
                form.add_error(None, list(refused.reasons))
            else:
                return after_saving(request, assessment, statement.element)
    return render(request, "assessments/element.html", page(request, assessment, statement, finding, form, colleague))


def find_statement(assessment: Assessment, number: str) -> Statement:
    row = (
        Statement.objects.filter(assessment=assessment, element__number=number)
        .in_order()
        .select_related("edited_by", "corporate_stance__by")
    )
    statement = row.first()
    if statement is None:
        raise Http404
    statement.assessment = assessment
    return statement


def find_finding(request: SignedInRequest, assessment: Assessment, element: Element) -> Finding | None:
    """The finding, for those who may read it now."""
    if not sees_findings(request.user, assessment):
        return None
    finding = Finding.objects.filter(assessment=assessment, element=element).select_related("edited_by").first()
    if finding is not None:
        finding.element = element
    return finding


def writing_form(
    request: SignedInRequest, assessment: Assessment, statement: Statement, finding: Finding | None
) -> StatementForm | FindingForm | None:
    """The form of whoever writes at this stage; None for everybody else."""
    data = typed(request)
    if assessment.takes_statements and may(request.user, Action.WRITE_STATEMENT, assessment):
        return StatementForm(data, statement=statement)
    if finding is not None and may(request.user, Action.WRITE_FINDING, assessment) and takes(assessment, finding):
        return FindingForm(data, finding=finding)
    return None


def save(
    form: StatementForm | FindingForm, statement: Statement, finding: Finding | None, request: SignedInRequest
) -> tuple[int, datetime | None]:
    """The version that the words have now, and when they were saved."""
    version = form.cleaned_data["version"]
    row: Statement | Finding
    if isinstance(form, StatementForm):
        row = save_statement(statement=statement, version=version, by=request.user, **form.words())
    else:
        assert finding is not None
        row = save_finding(finding=finding, version=version, by=request.user, **form.words())
    return row.version, row.edited_at


def show_both(request: SignedInRequest, form: forms.Form, row: Statement | Finding) -> Statement | Finding:
    """Keep this person's words in the form and show the colleague's beside them; the next save is a choice."""
    replace_typed(form, version=str(row.version))
    first = who_was_first(row.edited_by, request.user)
    form.add_error(
        None, f"{first} Yours is not saved yet: both texts are below. Put together what should stand, then save."
    )
    return row


def keep_theirs(request: SignedInRequest, assessment: Assessment, element: Element) -> HttpResponse:
    """What is saved stands; this person's own words are let go, in their browser too."""
    messages.success(request, "What is saved stands. Yours is let go.", extra_tags=f"element-{element.number}")
    return redirect("assessments:element", assessment.pk, element.number)


def after_saving(request: SignedInRequest, assessment: Assessment, element: Element) -> HttpResponse:
    """On to the next element, or stay, as the button said."""
    kept = f"element-{element.number}"
    following = neighbours(assessment, element)["next"]
    if "save_and_next" in request.POST and following:
        messages.success(request, f"{element.number} is saved.", extra_tags=kept)
        return redirect("assessments:element", assessment.pk, following)
    messages.success(request, f"Saved at {timezone.localtime():%H:%M}.", extra_tags=kept)
    return redirect("assessments:element", assessment.pk, element.number)


def neighbours(assessment: Assessment, element: Element) -> dict[str, str]:
    numbers = element_numbers(assessment.standard_id)
    at = numbers.index(element.number)
    return {
        "previous": numbers[at - 1] if at else "",
        "next": numbers[at + 1] if at + 1 < len(numbers) else "",
        "words": f"{at + 1} of {len(numbers)}",
    }


def uses_of(assessment: Assessment, element: Element) -> list[EvidenceUse]:
    uses = EvidenceUse.objects.filter(assessment=assessment, element=element)
    return list(uses.select_related("evidence", "version__evidence", "version__file"))


def on_evidence(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    return {
        "uses": uses_of(assessment, element),
        "viewable": SHOWN,
        "inside": may(request.user, Action.READ_LIBRARY, assessment),
        "may_add": assessment.takes_statements and may(request.user, Action.ADD_EVIDENCE, assessment),
        "accepted": accepted_kinds(),
        "most_bytes": settings.EVIDENCE_MAX_BYTES,
    }


def page(
    request: SignedInRequest,
    assessment: Assessment,
    statement: Statement,
    finding: Finding | None,
    form: StatementForm | FindingForm | None,
    colleague: Statement | Finding | None,
) -> dict[str, Any]:
    return {
        "assessment": assessment,
        "element": statement.element,
        "statement": statement,
        "finding": finding,
        "form": form,
        "writes_statement": isinstance(form, StatementForm),
        "writes_finding": isinstance(form, FindingForm),
        "colleague": colleague,
        "may_see_drafts": may(request.user, Action.READ_OPEN_FINDINGS, assessment),
        "compared": compared(form, colleague) if form is not None and colleague is not None else [],
        "kept": request.method == "GET" and request.kept_words is not None and form is not None,
        "waits_for": what_findings_wait_for(request.user, assessment) if finding is not None else None,
        "bands": band_meanings(assessment.standard_id) if form is not None else (),
        "neighbours": neighbours(assessment, statement.element),
        "crumbs": breadcrumbs.to_assessment(assessment),
        **on_evidence(request, assessment, statement.element),
        **queries.on_element(request, assessment, statement.element),
        **notes.on_element(request, assessment, statement.element),
    }
