"""Who sees what of an assessment besides what the department says."""

from django.http import Http404

from assessments.models import Assessment, Finding
from assessments.workflow import DRAFT_IS_OUT
from departments.access import Action, may
from departments.models import User


def finding_or_404(user: User, assessment: Assessment, number: str) -> Finding:
    """The finding on an element of this number, for whoever may read it now."""
    finding = Finding.objects.visible_to(user).filter(assessment=assessment, element__number=number).first()
    if finding is None:
        raise Http404
    return finding


def sees_findings(user: User, assessment: Assessment) -> bool:
    """Findings are everybody's once decided; before, the reviewers', and a lead's once the draft report is sent."""
    if assessment.is_decided or may(user, Action.READ_OPEN_FINDINGS, assessment):
        return True
    return assessment.stage in DRAFT_IS_OUT and may(user, Action.READ_DRAFT, assessment)
