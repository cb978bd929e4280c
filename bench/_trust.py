"""A trust of any size for figures: departments with tallies as 57 real findings would leave them."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assessments.models import Assessment, Finding, Statement
from assessments.rules import Band, Outcome
from assessments.services import cycle
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.services.standards import store_standard
from assessments.services.tallies import count, recount
from assessments.workflow import Kind, Stage
from departments.models import CertificationBody, Department, Membership, TreatmentFunction, Trust, User
from departments.rules import Role

BANDS = [Band.COMPLIANCE_PLUS] * 9 + [Band.COMPLIANT] * 42 + [Band.PARTIALLY_COMPLIANT] * 4 + [Band.NON_COMPLIANT] * 2


@dataclass
class World:
    """What a figure opens: a trust, one assessment with all its words, one without, and who may read each."""

    trust: Trust
    decided: Assessment
    preparing: Assessment
    executive: User
    lead: User


def build(*, departments: int) -> World:
    """Every department has an assessment under way; every second was decided once before."""
    random.seed(2009)
    body = CertificationBody.objects.get_or_create(name="Assured Service Certification")[0]
    function = TreatmentFunction.objects.get_or_create(code="320", name="Cardiology", short_name="Cardiology")[0]
    standard = store_standard(written=read_standard(BUNDLED_STANDARD), name="cse_standard.yaml")[0]
    trust = Trust.objects.create(
        ods_code=f"B{departments:02}", name=f"Trust of {departments} departments", type="acute", region="London",
        icb_code="QMJ", icb_name="NHS North Central London Integrated Care Board", body=body,
    )  # fmt: skip
    rows = [
        Department.objects.create(trust=trust, name=f"Department {number:02}", treatment_function=function)
        for number in range(departments)
    ]
    first, second, *others = rows
    lead = person(f"lead.{departments}", role=Role.LEAD, department=first)
    Membership.objects.create(user=lead, role=Role.LEAD, department=second)
    executive = person(f"executive.{departments}", role=Role.EXECUTIVE, trust=trust)
    assessor = person(f"assessor.{departments}", role=Role.ASSESSOR, body=body)
    certifier = person(f"certifier.{departments}", role=Role.CERTIFIER, body=body)
    preparing = cycle.open_assessment(department=first, title="Recertification 2026", by=lead)
    write(preparing)
    decided = cycle.open_assessment(department=second, title="Recertification 2026", by=lead)
    write(decided)
    decided = cycle.submit(assessment=decided, by=lead)
    decided = cycle.assign(assessment=decided, assessor=assessor, by=certifier)
    cycle.sign(
        assessment=decided, worked_there=False, worked_until=None, has_interest=False, details="",
        signed_name=assessor.name, by=assessor,
    )  # fmt: skip
    find(decided)
    elements = {number: tally["elements"] for number, tally in count(decided).items()}
    for place, department in enumerate(others):
        cast: dict[str, Any] = {"opened_by": lead, "body": body, "standard": standard}
        again(department, place, elements, assessor=assessor, certifier=certifier, **cast)
    Assessment.objects.filter(pk=decided.pk).update(
        stage=Stage.DECIDED, outcome=Outcome.AWARD, decided_at=timezone.now(), decided_by=certifier,
        certified_until=timezone.localdate() + timedelta(days=1000),
    )  # fmt: skip
    return World(trust, Assessment.objects.get(pk=decided.pk), preparing, executive, lead)


def person(name: str, *, role: Role, **place: Trust | Department | CertificationBody) -> User:
    user = User.objects.create(email=f"{name}@bench.example", name=name.title(), password="!")
    Membership.objects.create(user=user, role=role, **place)
    return user


def write(assessment: Assessment) -> None:
    for statement in Statement.objects.filter(assessment=assessment):
        words = {"text": "What we do. " * 60, "band": random.choice(BANDS), "tell_me": "Ask the sister."}
        Statement.objects.filter(pk=statement.pk).update(**words, evidence_count=3, version=1)
    recount(assessment)


def find(assessment: Assessment) -> None:
    for finding in Finding.objects.filter(assessment=assessment):
        words = {"narrative": "What was found. " * 60, "band": random.choice(BANDS), "improvement": "Do more."}
        Finding.objects.filter(pk=finding.pk).update(**words, version=1)
    recount(assessment)


def again(
    department: Department, place: int, elements: dict[str, int], *, assessor: User, certifier: User, **said: Any
) -> None:
    """One more department: its assessment under way and, every second time, a decided one with its certificate."""
    now, today = timezone.now(), timezone.localdate()
    said["department"] = department
    Assessment.objects.create(
        title="Annual review 1",
        kind=Kind.ANNUAL_REVIEW_1,
        opened_at=now,
        due_on=today + timedelta(days=place),
        tallies=tallies(elements),
        **said,
    )
    if place % 2:
        Assessment.objects.create(
            title="Recertification 2025", kind=Kind.RECERTIFICATION, opened_at=now - timedelta(days=400),
            stage=Stage.DECIDED, assessor=assessor, assigned_at=now, decided_at=now, decided_by=certifier,
            outcome=Outcome.AWARD, certified_until=today + timedelta(days=700),
            tallies=tallies(elements), **said,
        )  # fmt: skip


def tallies(elements: dict[str, int]) -> dict[str, Any]:
    """Counts of an assessment of its own, as `assessments.services.tallies.count` would give them."""
    told = {}
    for number, size in elements.items():
        own, found = (dict(Counter(random.choices(BANDS, k=size))) for _ in range(2))
        told[number] = {"elements": size, "ready": size, "supported": size, "own": own, "found": found}
    return told
