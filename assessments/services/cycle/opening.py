"""Opens an assessment, and hands it to the certification body."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Assessment, CorporateStance, Standard, Statement
from assessments.services.cycle.moving import arrive, locked, take
from assessments.services.refusals import Refused
from assessments.services.renewal import carry_evidence, first_words, last_decided
from assessments.services.tallies import recount
from assessments.workflow import Kind, Move
from departments.models import Department, User


@transaction.atomic
def open_assessment(
    *,
    department: Department,
    title: str,
    kind: str = Kind.INITIAL,
    due_on: date | None = None,
    by: User,
    at: datetime | None = None,
    with_evidence: bool = True,
) -> Assessment:
    """Begin an assessment against the newest version of the standard, with a statement for every element.

    It starts from the department's last decided assessment, if there is one: with its words and how it stood to
    the corporate ones, marked as carried, its evidence unless `with_evidence` is False, and the scope that the cycle
    gives this kind of assessment.
    """
    standard = Standard.objects.newest()
    if standard is None:
        raise Refused("No standard is loaded yet. Ask whoever runs the portal to load one.")
    # Held in the order in which everybody takes them: where a department belongs, then its assessments. An appeal
    # against the last one takes the only place under way, too, so one of them has to wait before it has any.
    places = Department.objects.select_for_update(of=("self", "trust"), no_key=True)
    department = places.select_related("trust__body").get(pk=department.pk)
    if department.trust.body is None:
        raise Refused("No certification body serves this trust yet. Ask your trust administrator to arrange one.")
    follows = last_decided(department, held=True)
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                department=department,
                standard=standard,
                body=department.trust.body,
                kind=kind,
                title=title,
                due_on=due_on,
                follows=follows,
                opened_by=by,
                opened_at=at or timezone.now(),
            )
    except IntegrityError as error:
        raise Refused("This department already has an assessment under way. Go on with that one.") from error
    statements, stances = first_words(assessment)
    Statement.objects.bulk_create(statements)
    CorporateStance.objects.bulk_create(stances)
    if with_evidence and follows is not None:
        carry_evidence(assessment, by=by)  # which counts
        assessment.refresh_from_db(fields=["tallies"])
    else:
        recount(assessment)
    return assessment


@transaction.atomic
def submit(*, assessment: Assessment, by: User, at: datetime | None = None) -> Assessment:
    """Hand the self-assessment to the certification body. Refused with what still blocks it, element by element."""
    assessment = locked(assessment)
    assessment.submitted_at = take(assessment, Move.SUBMIT, by=by, at=at)
    arrive(assessment, Move.SUBMIT, by=by, at=at)
    return assessment
