"""Independence of assessors: what stands against somebody, what they declare, and what a certifier overrides."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.independence import Assessed, WorkedAs, what_stands_against
from assessments.models import Assessment, Declaration, IndependenceOverride
from assessments.services.cycle.moving import locked
from assessments.services.refusals import Refused
from assessments.workflow import DECISION_STANDS
from departments.access import Action, may, who_may
from departments.models import Membership, User
from departments.rules import NoticeKind
from departments.services.notices import notify


def standing_against(assessment: Assessment, people: Iterable[User], *, today: date) -> dict[int, list[str]]:
    """What stands against each of these people as assessor, by their ids, in four queries however many they are."""
    ids = [person.pk for person in people]
    trust = assessment.department.trust
    roles: dict[int, list[WorkedAs]] = {}
    for held in Membership.objects.over_trust(trust).filter(user__in=ids).select_related("department", "trust"):
        where = f" of {held.place.name}" if held.department_id else ""
        until = timezone.localdate(held.valid_until) if held.valid_until else None
        roles.setdefault(held.user_id, []).append(WorkedAs(f"{held.get_role_display().lower()}{where}", until))
    past = Assessment.objects.filter(
        department=assessment.department_id, stage__in=DECISION_STANDS, opened_at__lt=assessment.opened_at
    ).order_by("opened_at", "pk")
    assessed = [Assessed(kind, who) for kind, who in past.values_list("kind", "assessor") if who]
    signed = Declaration.objects.exclude(signed_at=None)
    earlier = signed.filter(assessor__in=ids, assessment__department__trust=trust).exclude(assessment=assessment)
    before = list(earlier)
    here = {one.assessor_id: one for one in signed.filter(assessor__in=ids, assessment=assessment)}
    return {
        pk: what_stands_against(
            pk,
            roles=roles.get(pk, []),
            earlier=[one.said() for one in before if one.assessor_id == pk],
            now=here[pk].said() if pk in here else None,
            assessed=assessed,
            kind=assessment.kind,
            today=today,
            years=settings.INDEPENDENCE_YEARS,
        )
        for pk in ids
    }


def ask_to_declare(*, assessment: Assessment, by: User, reason: str, at: datetime) -> Declaration:
    """Ask the assessor, just assigned, for their declaration; keep what the certifier overrode to have them.

    Called with the assessment's row locked. Raises Refused when something stands against them and no reason is given.
    """
    assessor = who_assesses(assessment)
    problems = standing_against(assessment, [assessor], today=timezone.localdate(at))[assessor.pk]
    if problems and not reason.strip():
        raise Refused(
            *(f"{assessor.name} {problem}." for problem in problems),
            "Choose another assessor, or say why this one can assess all the same.",
        )
    if problems:
        IndependenceOverride.objects.create(
            assessment=assessment, assessor=assessor, problems=problems, reason=reason, by=by, at=at
        )
    Declaration.objects.filter(assessment=assessment, signed_at=None).delete()
    return Declaration.objects.create(assessment=assessment, assessor=assessor, asked_at=at)


def declaration_of(assessment: Assessment) -> Declaration | None:
    """The newest one of whoever assesses now: signed or waiting."""
    return Declaration.objects.of_who_assesses().filter(assessment=assessment).last()


@transaction.atomic
def sign(
    *,
    assessment: Assessment,
    worked_there: bool,
    worked_until: date | None,
    has_interest: bool,
    details: str,
    signed_name: str,
    by: User,
    at: datetime | None = None,
) -> Declaration:
    """Sign the declaration of this assignment, once and for good. With nothing in the way, findings can be written.

    Raises Refused for anybody but the assessor, for a name that is not theirs, after it was signed, and once the
    assessment has ended.
    """
    assessment = open_still(assessment)
    declaration = declaration_of(assessment)
    if declaration is None or by.pk != assessment.assessor_id:
        raise Refused("Somebody else assesses this department now, so this declaration is no longer asked of you.")
    if declaration.signed_at is not None:
        raise Refused(
            "This declaration is signed already, and stays as it is. Tell the certifier if something changed."
        )
    if plain(signed_name) != plain(by.name):
        raise Refused(f"Type your name as the portal knows you, to sign: {by.name}.")
    at = at or timezone.now()
    if worked_until is not None and worked_until > timezone.localdate(at):
        raise Refused("The day on which your work there ended is still to come: leave it empty if you work there now.")
    declaration.worked_there, declaration.has_interest = worked_there, has_interest
    declaration.worked_until = worked_until if worked_there else None
    declaration.details, declaration.signed_name, declaration.signed_at = details, signed_name.strip(), at
    declaration.save()
    if declaration.conflicts(today=timezone.localdate(at)):
        tell_the_certifiers(assessment, declaration)
        return declaration
    assessment.declared_at = at
    assessment.save()
    return declaration


@transaction.atomic
def override_declared(
    *, assessment: Assessment, reason: str, by: User, at: datetime | None = None
) -> IndependenceOverride:
    """Let the assessor go on although they declared a conflict, and keep why. The report shows it."""
    assessment = open_still(assessment)
    declaration = conflict_waiting(assessment)
    if declaration is None:
        raise Refused("No declared conflict waits for an answer here. Open the assessment to see how it stands.")
    if not may(by, Action.ASSIGN, assessment) or by.pk == assessment.assessor_id:
        raise Refused("Only a certifier who does not assess this department may let its assessor go on.")
    if not reason.strip():
        raise Refused("Say why they can assess all the same: the report shows it.")
    at = at or timezone.now()
    problems = declaration.conflicts(today=timezone.localdate(declaration.signed_at))
    made = IndependenceOverride.objects.create(
        assessment=assessment, assessor=declaration.assessor, problems=problems, reason=reason, by=by, at=at
    )
    assessment.declared_at = at
    assessment.save()
    notify(
        to=[declaration.assessor],
        kind=NoticeKind.STAGE,
        subject=f"{assessment.department}: you can record findings",
        words="The certifier read what you declared, and you go on assessing. The report shows why.",
        path=reverse("assessments:detail", args=[assessment.pk]),
        key=f"overridden-{made.pk}",
    )
    return made


def open_still(assessment: Assessment) -> Assessment:
    """The row as it is now, held. Raises Refused once it is decided or withdrawn: somebody may just have done that."""
    held = locked(assessment)
    if held.is_fixed:
        raise Refused("This assessment has ended, so its declaration is no longer asked for.")
    return held


def conflict_waiting(assessment: Assessment) -> Declaration | None:
    """The declaration whose conflict nobody has answered yet."""
    if assessment.declared_at is not None:
        return None
    declaration = declaration_of(assessment)
    return declaration if declaration is not None and declaration.signed_at is not None else None


def tell_the_certifiers(assessment: Assessment, declaration: Declaration) -> None:
    notify(
        to=who_may(Action.ASSIGN, assessment),
        kind=NoticeKind.STAGE,
        subject=f"{assessment.department}: the assessor declared a conflict",
        words=f"{declaration.assessor.name} declared something that stands in the way. Let them go on, with a reason, "
        "or assign somebody else.",
        path=reverse("assessments:conflict", args=[assessment.pk]),
        key=f"conflict-{declaration.pk}",
    )


def who_assesses(assessment: Assessment) -> User:
    if assessment.assessor is None:
        raise ValueError("Only an assessment with an assessor asks for a declaration.")
    return assessment.assessor


def plain(name: str) -> str:
    return " ".join(name.split()).casefold()
