"""Evidence: taken in once, put to as many elements as it supports."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from assessments.models import Assessment, Element, Evidence, EvidenceUse, Statement
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import recount
from assessments.workflow import Stage
from departments.models import Blob, Department, User


@transaction.atomic
def add_evidence(
    *,
    assessment: Assessment,
    elements: list[Element],
    title: str,
    owner: str,
    dated: date,
    by: User,
    notes: str = "",
    link: str = "",
    blob: Blob | None = None,
    filename: str = "",
    content_type: str = "",
    at: datetime | None = None,
) -> Evidence:
    """Store a file (its `blob` is in the store already) or a link with the department's next code, and put it to
    elements of an assessment that is being prepared. `at` is when it was added: now, unless a past one is recorded."""
    department = assessment.department
    Department.objects.select_for_update().get(pk=department.pk)
    last = Evidence.objects.filter(department=department).aggregate(last=Max("number"))["last"]
    evidence = Evidence.objects.create(
        department=department,
        number=(last or 0) + 1,
        title=title,
        owner=owner,
        dated=dated,
        notes=notes,
        link=link,
        blob=blob,
        filename=filename,
        content_type=content_type,
        size=blob.size if blob else None,
        added_by=by,
        added_at=at or timezone.now(),
    )
    use_evidence(assessment=assessment, evidence=evidence, elements=elements, by=by)
    return evidence


@transaction.atomic
def edit_evidence(*, evidence: Evidence, version: int, by: User, **words: Any) -> Evidence:
    """Change what is said of evidence (`title`, `owner`, `dated`, `notes`, `link`); its bytes never change.

    Refused while somebody reviews it; the address of a link stays for good once it was submitted.
    """
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    submitted = Assessment.objects.filter(evidence_uses__evidence=row).exclude(stage=Stage.PREPARING)
    if submitted.exclude(stage=Stage.DECIDED).exists():
        raise Refused("An assessment that rests on this evidence is being reviewed, so it stays as it is until then.")
    if words.get("link", row.link) != row.link and submitted.exists():
        raise Refused("An assessment was decided on this address. Add the new address as evidence of its own.")
    if all(getattr(row, name) == value for name, value in words.items()):
        return row
    if row.version != version:
        raise SavedByAColleague
    for name, value in words.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return row


@transaction.atomic
def use_evidence(*, assessment: Assessment, evidence: Evidence, elements: list[Element], by: User) -> None:
    """Put evidence to elements of an assessment that is being prepared. Where it stands already, nothing changes."""
    assessment = _taking(assessment)
    if evidence.department_id != assessment.department_id:
        raise Refused("This evidence belongs to another department.")
    EvidenceUse.objects.bulk_create(
        [EvidenceUse(assessment=assessment, element=element, evidence=evidence) for element in elements],
        ignore_conflicts=True,
    )
    _count_evidence(assessment)


@transaction.atomic
def stop_using(*, use: EvidenceUse, by: User) -> None:
    """Take evidence away from one element. The evidence itself stays with the department."""
    assessment = _taking(use.assessment)
    EvidenceUse.objects.filter(pk=use.pk).delete()
    _count_evidence(assessment)


@transaction.atomic
def mark_strongest(*, use: EvidenceUse, by: User) -> None:
    """Flag the strongest evidence of an element, instead of any flagged before; a second time takes the flag away."""
    assessment = _taking(use.assessment)
    fresh = EvidenceUse.objects.get(pk=use.pk)
    EvidenceUse.objects.filter(assessment=assessment, element_id=use.element_id, strongest=True).update(strongest=False)
    if not fresh.strongest:
        EvidenceUse.objects.filter(pk=use.pk).update(strongest=True)


def _taking(assessment: Assessment) -> Assessment:
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not locked.takes_statements:
        raise Refused("This self-assessment has been submitted, so what it rests on can no longer be changed.")
    return locked


def _count_evidence(assessment: Assessment) -> None:
    uses = EvidenceUse.objects.filter(assessment=assessment)
    counts = dict(uses.values_list("element_id").annotate(n=Count("pk")))
    for statement in Statement.objects.filter(assessment=assessment):
        number = counts.get(statement.element_id, 0)
        if statement.evidence_count != number:
            Statement.objects.filter(pk=statement.pk).update(evidence_count=number)
    recount(assessment)
