"""Evidence: taken in once, put to as many elements as it supports."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from assessments.models import (
    Assessment,
    Element,
    Evidence,
    EvidenceService,
    EvidenceUse,
    EvidenceVersion,
    Statement,
)
from assessments.pieces import Series
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.tallies import recount
from assessments.workflow import FIXED, Stage
from departments.models import Department, Service, User
from files.models import File
from files.rules import REFUSED, FileState

OF_A_VERSION = ("dated", "valid_until", "review_on", "link")


@transaction.atomic
def add_evidence(*, assessment: Assessment, elements: list[Element], by: User, **said: Any) -> Evidence:
    """Give a file or a link the department's next code, and put it to elements of an assessment in preparation.

    `said` is as in `write_evidence`.
    """
    evidence = write_evidence(department=assessment.department, by=by, **said)
    use_evidence(assessment=assessment, evidence=evidence, elements=elements, by=by)
    return evidence


@transaction.atomic
def write_evidence(
    *,
    department: Department,
    title: str,
    owner: str,
    dated: date,
    by: User,
    notes: str = "",
    services: Iterable[Service] = (),
    at: datetime | None = None,
    **what: Any,
) -> Evidence:
    """A file or a link under the department's next code, put to no element yet.

    `what` is `file` (of this department) or `link`, and `valid_until` and `review_on` if they are known. `at` is when
    it was added: now, unless a past one is recorded.
    """
    Department.objects.select_for_update().get(pk=department.pk)
    last = Evidence.objects.filter(department=department).aggregate(last=Max("number"))["last"]
    first = next_version_id()
    evidence = Evidence.objects.create(
        department=department,
        series=Series.CORPORATE if department.is_corporate else Series.DEPARTMENTS,
        number=(last or 0) + 1,
        title=title,
        owner=owner,
        notes=notes,
        current_id=first,
    )
    EvidenceService.objects.bulk_create([EvidenceService(evidence=evidence, service=service) for service in services])
    evidence.current = _write_version(
        evidence, pk=first, number=1, dated=dated, added_by=by, added_at=at or timezone.now(), **what
    )
    return evidence


@transaction.atomic
def add_version(
    *, evidence: Evidence, version: int, by: User, dated: date, change: str, **what: Any
) -> EvidenceVersion:
    """A newer file or link for the same evidence. Assessments in preparation go over to it; all others keep theirs.

    `version` is the evidence's lock as the page showed it: SavedByAColleague when somebody was there first.
    """
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if row.version != version:
        raise SavedByAColleague
    newest = _write_version(
        row,
        pk=next_version_id(),
        number=row.versions.count() + 1,
        dated=dated,
        change=change,
        added_by=by,
        added_at=timezone.now(),
        **what,
    )
    row.current, row.version = newest, row.version + 1
    row.save()
    preparing = Assessment.objects.filter(department_id=row.department_id, stage=Stage.PREPARING)
    for assessment in preparing.select_for_update():
        EvidenceUse.objects.filter(assessment=assessment, evidence=row).update(version=newest)
        count_evidence(assessment)
    return newest


def next_version_id() -> int:
    """The id that a version will have: its evidence names it before it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('assessments_evidenceversion', 'id'))")
        pk: int = cursor.fetchone()[0]
    return pk


def _write_version(evidence: Evidence, *, file: File | None = None, **said: Any) -> EvidenceVersion:
    if file is not None:
        refuse_what_cannot_be_evidence(file, evidence)
    return EvidenceVersion.objects.create(evidence=evidence, file=file, **said)


def refuse_what_cannot_be_evidence(file: File, evidence: Evidence) -> None:
    """Holds the file, so that of two at once one sees the other's evidence, and nobody destroys it meanwhile."""
    if file.department_id != evidence.department_id:
        raise Refused("This file was sent to another department.")
    held = File.objects.select_for_update(of=("self",), no_key=True).get(pk=file.pk)
    if held.state == FileState.DESTROYED:
        raise Refused(f"{held.name} is no longer kept. Choose the file again.")
    known = Evidence.objects.filter(versions__file=held).first()
    if known is not None:
        raise Refused(f"{held.name} is {known.code} already. Look at what is there before you add it again.")


@transaction.atomic
def edit_evidence(
    *, evidence: Evidence, version: int, by: User, services: Iterable[Service] | None = None, **words: Any
) -> Evidence:
    """Change what is said of evidence (`title`, `owner`, `notes`) and of its newest version (`dated`, `valid_until`,
    `review_on`, `link`), and the services that it is about; its bytes never change.

    Refused while somebody reviews it; what is said of a version stays for good once an assessment was decided on it.
    """
    row = Evidence.objects.select_for_update(of=("self",)).select_related("current").get(pk=evidence.pk)
    said: dict[Evidence | EvidenceVersion, dict[str, Any]] = {row: {}, row.current: {}}
    for name, value in words.items():
        holder = row.current if name in OF_A_VERSION else row
        if getattr(holder, name) != value:
            said[holder][name] = value
    wanted = None if services is None else {service.pk for service in services}
    held = set(EvidenceService.objects.filter(evidence=row).values_list("service_id", flat=True))
    if not any(said.values()) and wanted in (None, held):
        return row
    refuse_what_is_fixed(row, said[row.current])
    if row.version != version:
        raise SavedByAColleague
    for holder, changes in said.items():
        for name, value in changes.items():
            setattr(holder, name, value)
    if said[row.current]:
        row.current.save()
    if wanted is not None:
        EvidenceService.objects.filter(evidence=row).exclude(service__in=wanted).delete()
        EvidenceService.objects.bulk_create([EvidenceService(evidence=row, service_id=pk) for pk in wanted - held])
    row.version += 1
    row.save()
    return row


def refuse_what_is_fixed(evidence: Evidence, changes: dict[str, Any]) -> None:
    submitted = Assessment.objects.filter(evidence_uses__evidence=evidence).exclude(stage=Stage.PREPARING)
    if submitted.exclude(stage__in=FIXED).exists():
        raise Refused("An assessment that rests on this evidence is being reviewed, so it stays as it is until then.")
    if changes and submitted.filter(evidence_uses__version=evidence.current_id).exists():
        raise Refused("An assessment was decided on this version. Add a new version with the new dates or address.")


@transaction.atomic
def use_evidence(
    *, assessment: Assessment, evidence: Evidence, elements: list[Element], by: User, shows: str = "", place: str = ""
) -> None:
    """Put evidence to elements of an assessment that is being prepared, with what it shows there and where in it.

    Where it stands already, nothing changes.
    """
    assessment = taking(assessment)
    if evidence.department_id != assessment.department_id:
        raise Refused("This evidence belongs to another department.")
    newest = Evidence.objects.values_list("current_id", flat=True).get(pk=evidence.pk)  # a colleague may have added one
    EvidenceUse.objects.bulk_create(
        [
            EvidenceUse(
                assessment=assessment,
                element=element,
                evidence=evidence,
                version_id=newest,
                shows=shows,
                place=place,
            )
            for element in elements
        ],
        ignore_conflicts=True,
    )
    count_evidence(assessment)


@transaction.atomic
def stop_using(*, use: EvidenceUse, by: User) -> None:
    """Take evidence away from one element. The evidence itself stays with the department."""
    assessment = taking(use.assessment)
    EvidenceUse.objects.filter(pk=use.pk).delete()
    count_evidence(assessment)


@transaction.atomic
def mark_strongest(*, use: EvidenceUse, by: User) -> None:
    """Flag the strongest evidence of an element, instead of any flagged before; a second time takes the flag away."""
    assessment = taking(use.assessment)
    fresh = still_used(use)
    EvidenceUse.objects.filter(assessment=assessment, element_id=use.element_id, strongest=True).update(strongest=False)
    if not fresh.strongest:
        EvidenceUse.objects.filter(pk=use.pk).update(strongest=True)


def still_used(use: EvidenceUse) -> EvidenceUse:
    """The use as it is now. Call with the assessment's row locked."""
    row = EvidenceUse.objects.filter(pk=use.pk).first()
    if row is None:
        raise Refused("A colleague has taken this evidence away from this element. Choose it again if it belongs here.")
    return row


def taking(assessment: Assessment) -> Assessment:
    """The assessment, locked, if what it rests on can still be changed."""
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not locked.takes_statements:
        raise Refused("This self-assessment has been submitted, so what it rests on can no longer be changed.")
    return locked


def count_evidence(assessment: Assessment) -> None:
    """Count again what supports each element. Call with the assessment's row locked."""
    uses = EvidenceUse.objects.filter(assessment=assessment).exclude(version__file__state__in=REFUSED)
    counts = dict(uses.values_list("element_id").annotate(n=Count("pk")))
    for statement in Statement.objects.filter(assessment=assessment):
        number = counts.get(statement.element_id, 0)
        if statement.evidence_count != number:
            Statement.objects.filter(pk=statement.pk).update(evidence_count=number)
    recount(assessment)


@transaction.atomic
def count_again_with(*, file: File) -> None:
    """A file was checked: what it supports counts, or no longer does, wherever an assessment is not decided yet."""
    rows = Assessment.objects.exclude(stage__in=FIXED).filter(evidence_uses__version__file=file).values("pk")
    for assessment in Assessment.objects.filter(pk__in=rows).select_for_update():
        count_evidence(assessment)
