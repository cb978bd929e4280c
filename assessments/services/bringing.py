"""Evidence that comes with what a department answers or challenges during the review.

It is put to the element concerned, so that the register and the report show it. Evidence that the assessment rests on
already is brought in that version; nothing that was submitted changes.
"""

from collections.abc import Iterable
from typing import Any

from assessments.models import Assessment, Element, Evidence, EvidenceUse, EvidenceVersion
from assessments.services.evidence import count_evidence, write_evidence
from assessments.services.refusals import Refused
from departments.models import User


def bring(
    *, assessment: Assessment, element: Element, evidence: Iterable[Evidence], new: dict[str, Any] | None, by: User
) -> list[EvidenceVersion]:
    """The versions of what is chosen, and of what is `new`, as `write_evidence` takes it.

    Call with the assessment's row locked.
    """
    pieces = [*evidence]
    if new is not None:
        pieces.append(write_evidence(department=assessment.department, by=by, **new))
    versions = [put_to(assessment=assessment, element=element, evidence=piece) for piece in pieces]
    if versions:
        count_evidence(assessment)
    return versions


def put_to(*, assessment: Assessment, element: Element, evidence: Evidence) -> EvidenceVersion:
    """Rest the assessment on a piece for one element, in the version that it rests on elsewhere, or else the newest."""
    if evidence.department_id != assessment.department_id:
        raise Refused("This evidence belongs to another department.")
    used = EvidenceUse.objects.filter(assessment=assessment, evidence=evidence).select_related("version").first()
    version = used.version if used else Evidence.objects.select_related("current").get(pk=evidence.pk).current
    EvidenceUse.objects.get_or_create(
        assessment=assessment, element=element, evidence=evidence, defaults={"version": version}
    )
    return version
