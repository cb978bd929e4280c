"""What stands around an element: its bands over every year, what was found then, and what has changed since."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from assessments.lineage import ancestry, went
from assessments.models import Assessment, Element, EvidenceUse, Finding, Statement
from assessments.pieces import Standing
from assessments.services.renewal import predecessors
from assessments.views.seeing import sees_findings
from departments.access import SignedInRequest


def years(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """Decisions of before, for whoever reads the assessment: they are the history of the department under review."""
    found = list(decided_findings(assessment, element))
    return {
        "years": found,
        "since": since_the_last_time(request, assessment, element) if assessment.follows_id else None,
    }


def decided_findings(assessment: Assessment, element: Element) -> list[Finding]:
    """The findings of this element, under whatever number, in the decisions before this assessment; oldest first."""
    versions = Element.objects.filter(standard__code=assessment.standard.code)
    before = dict(versions.values_list("pk", "previous_id"))
    rows = Finding.objects.filter(
        element__in=list(ancestry(element.pk, before)),
        assessment__in=Assessment.objects.decided_of(assessment.department_id),
        assessment__opened_at__lte=assessment.opened_at,
    )
    return list(rows.select_related("assessment", "element").order_by("assessment__opened_at", "assessment__pk"))


def since_the_last_time(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """What is different from the assessment that this one follows: band, words, and the evidence behind them."""
    was = predecessors(assessment).get(element.pk)
    last = Statement.objects.filter(assessment=assessment.follows_id, element=was).first()
    now = Statement.objects.filter(assessment=assessment, element=element).first()
    return {
        "is_new": was is None,
        "last": last,
        "now": now,
        "words_differ": bool(last and now and (last.text, last.tell_me) != (now.text, now.tell_me)),
        "band": band_since(request, assessment, element, was),
        **evidence_since(assessment, element, was),
    }


def band_since(
    request: SignedInRequest, assessment: Assessment, element: Element, was: int | None
) -> dict[str, str] | None:
    """The band found then and now, for whoever sees findings now."""
    if not sees_findings(request.user, assessment):
        return None
    rows = Finding.objects.filter(assessment__in=[assessment.pk, assessment.follows_id], element__in=[element.pk, was])
    bands = dict(rows.values_list("assessment_id", "band"))
    before, now = bands.get(assessment.follows_id or 0, ""), bands.get(assessment.pk, "")
    return {"before": before, "now": now, "way": went(before, now)} if before and now else None


def evidence_since(assessment: Assessment, element: Element, was: int | None) -> dict[str, Any]:
    uses = EvidenceUse.objects.filter(assessment=assessment, element=element).select_related("evidence", "version")
    earlier = EvidenceUse.objects.filter(assessment=assessment.follows_id, element=was)
    before = dict(earlier.values_list("evidence_id", "version_id"))
    today = timezone.localdate()
    now = list(uses)
    return {
        "added": [use for use in now if use.evidence_id not in before],
        "renewed": [use for use in now if before.get(use.evidence_id, use.version_id) != use.version_id],
        "expired": [use for use in now if use.version.standing(today) == Standing.EXPIRED],
        "gone": len(set(before) - {use.evidence_id for use in now}),
    }
