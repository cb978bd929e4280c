"""Good practice: made from a finding, written and agreed to by its department, published by the certification body."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Element, Finding, Nomination, PracticeCase
from assessments.practising import AGREED, SETTLED, CaseState, Source, what_a_case_lacks
from assessments.rules import Band
from assessments.services.refusals import Refused, SavedByAColleague
from departments.access import Action, who_may
from departments.models import CertificationBody, Membership, User
from departments.rules import NoticeKind, in_words
from departments.services.notices import notify


@transaction.atomic
def case_of_finding(*, finding: Finding, by: User) -> PracticeCase:
    """Begin the case of a decided finding that is flagged as good practice; the one that is there, if there is one."""
    rows: Any = Assessment.objects.select_for_update(of=("self",)).select_related("department__trust")
    assessment: Assessment = rows.get(pk=finding.assessment_id)
    if not assessment.is_decided or not finding.good_practice:
        raise Refused("A case is made of a finding that names good practice, once the assessment is decided.")
    case, _ = PracticeCase.objects.get_or_create(
        finding=finding,
        defaults={
            "source": Source.NHS,
            "department": assessment.department,
            "body": assessment.body,
            "element": finding.element,
        },
    )
    return case


@transaction.atomic
def add_from_outside(
    *, element: Element, body: CertificationBody, by: User, at: datetime | None = None, **words: str
) -> PracticeCase:
    """Publish an example from outside the NHS: `source`, `organisation`, `link` and the words of a case."""
    return PracticeCase.objects.create(
        element=element, body=body, state=CaseState.PUBLISHED, published_by=by, published_at=at or timezone.now(),
        edited_by=by, edited_at=timezone.now(), **words,
    )  # fmt: skip


@transaction.atomic
def write_case(*, case: PracticeCase, version: int, by: User, **words: str) -> PracticeCase:
    """Store `title`, `what`, `why`, `results` and `contact`, if nobody has saved since `version` was shown."""
    row = _locked(case)
    if not row.is_writable:
        raise Refused("Others may read these words as they stand. Withdraw the consent first, then change them.")
    if all(getattr(row, name) == value for name, value in words.items()):
        return row
    if row.version != version:
        raise SavedByAColleague
    _must_be_a_post(row, words.get("contact", ""))
    for name, value in words.items():
        setattr(row, name, value)
    row.version += 1
    row.edited_by, row.edited_at = by, timezone.now()
    row.save()
    return row


def _must_be_a_post(case: PracticeCase, contact: str) -> None:
    """A case is read across trusts: it names no private person of the department."""
    people = Membership.objects.current().filter(department=case.department_id).values_list("user__name", flat=True)
    if named := [name for name in people if name.casefold() in contact.casefold()]:
        raise Refused(f"Name a post, such as “Matron, Outpatients”, not {named[0]}.", field="contact")


@transaction.atomic
def consent(*, case: PracticeCase, by: User, at: datetime | None = None) -> PracticeCase:
    """Agree for the department that others may read it. Agreed a moment ago, it stays as it is."""
    row = _locked(case)
    if row.state in AGREED:
        return row
    _must_be_whole(row)
    row.state, row.consented_by, row.consented_at = CaseState.CONSENTED, by, at or timezone.now()
    row.returned_because = ""
    row.save()
    if at is None:
        words = f"{by.name} consents to its publication. Read it, then publish it or return it."
        _tell(row, Action.PUBLISH_PRACTICE, "a case waits to be published", words, f"consented-{row.version}")
    return row


@transaction.atomic
def withdraw_consent(*, case: PracticeCase, by: User) -> PracticeCase:
    """Take the consent back, at any time and without a reason: from now on nobody outside the trust reads it."""
    row = _locked(case)
    if not row.is_nhs:
        raise Refused("An example from outside needs no consent. Return it, and it is taken out of the library.")
    if row.state in AGREED:
        _unpublish(row, CaseState.WITHDRAWN)
        row.version += 1
        row.save()
    return row


@transaction.atomic
def publish(*, case: PracticeCase, by: User, at: datetime | None = None) -> PracticeCase:
    """Put it into the library. Without the department's consent nobody can."""
    row = _locked(case)
    if row.is_published:
        return row
    if row.is_nhs and row.state != CaseState.CONSENTED:
        raise Refused("The department does not consent to its publication, or not any more.")
    _must_be_whole(row)
    row.state, row.published_by, row.published_at = CaseState.PUBLISHED, by, at or timezone.now()
    row.save()
    if at is None:
        _tell(
            row, Action.WRITE_PRACTICE, "your good practice is published", "Other trusts can read it now.", "published"
        )
    return row


@transaction.atomic
def return_case(*, case: PracticeCase, reason: str, by: User) -> PracticeCase:
    """Give it back with the reason; if it was published, it is no longer."""
    row = _locked(case)
    if row.state not in AGREED:
        raise Refused("It does not wait to be published, and is not published: there is nothing to return.")
    if not reason.strip():
        raise Refused("Say why you return it, so that the reader knows what to do.", field="reason")
    _unpublish(row, CaseState.RETURNED)
    row.returned_because = reason
    row.version += 1
    row.save()
    words = f"{by.name} returned it: {reason[:300]}"
    _tell(row, Action.WRITE_PRACTICE, "your good practice is returned", words, f"returned-{row.version}")
    return row


@transaction.atomic
def nominate(*, case: PracticeCase, version: int, state: str, on: date, outcome: str, by: User) -> Nomination:
    """Put a published Compliance Plus case forward for national recognition, or say what came of it."""
    row = _locked(case)
    if not row.is_published:
        raise Refused("Only a published case can be nominated.")
    if row.finding is None or row.finding.band != Band.COMPLIANCE_PLUS:
        raise Refused("Only practice that was found to be Compliance Plus can be nominated.")
    if on > timezone.localdate():
        raise Refused("Enter a day that has come: today or earlier.", field="on")
    if state in SETTLED and not outcome.strip():
        raise Refused("Say what came of it.", field="outcome")
    there = Nomination.objects.filter(case=row).first() or Nomination(case=row, edited_by=by)
    if there.version != version:
        raise SavedByAColleague
    there.state, there.on, there.outcome, there.edited_by = state, on, outcome, by
    there.version += 1
    there.save()
    words = f"It is {there.get_state_display().lower()} for national recognition. {outcome[:300]}"
    _tell(
        row, Action.WRITE_PRACTICE, "your good practice and national recognition", words, f"nomination-{there.version}"
    )
    return there


def lacks(case: PracticeCase) -> list[str]:
    return what_a_case_lacks(
        title=case.title, what=case.what, why=case.why, results=case.results, contact=case.contact, is_nhs=case.is_nhs
    )


def _must_be_whole(case: PracticeCase) -> None:
    if missing := lacks(case):
        raise Refused(f"Write {in_words(missing)} first.")


def _unpublish(case: PracticeCase, state: CaseState) -> None:
    case.state = state
    case.consented_by = case.consented_at = case.published_by = case.published_at = None


def _locked(case: PracticeCase) -> PracticeCase:
    """The case as it is now, held until the transaction ends."""
    rows: Any = PracticeCase.objects.select_for_update(of=("self",)).select_related("department__trust", "finding")
    locked: PracticeCase = rows.get(pk=case.pk)
    return locked


def _tell(case: PracticeCase, action: Action, subject: str, words: str, key: str) -> None:
    path = reverse("assessments:practice_case", args=[case.pk])
    to, key = who_may(action, case), f"practice-{case.pk}-{key}"
    notify(to=to, kind=NoticeKind.PRACTICE, subject=f"{case.whose}: {subject}", words=words, path=path, key=key)
