"""Trusts, departments and people of the made-up country: the real trusts of the reference data first, then others."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from assessments.models import Standard
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.services.standards import store_standard
from departments import services
from departments.models import CertificationBody, Department, Membership, TreatmentFunction, Trust, User
from departments.rules import Role
from departments.services.reference import load_treatment_functions, load_trusts
from portal.national.words import FAMILY, FUNCTIONS, GIVEN

DATA = Path(services.__file__).resolve().parents[1] / "data"
DOMAIN = "national.example"
BODY = "National Service Certification"
ASSESSMENTS_OF_AN_ASSESSOR = 50  # a year
CERTIFIERS = 3


@dataclass(frozen=True)
class Places:
    """Who is there. Departments stand in order of their trusts."""

    body: CertificationBody
    standard: Standard
    trusts: list[Trust]
    departments: list[Department]
    leads: list[User]
    assessors: list[User]
    certifiers: list[User]


def build_places(*, number: int) -> Places:
    """So many trusts with twenty departments each, and everybody who works in them."""
    load_treatment_functions(file=DATA / "treatment_functions.csv")
    load_trusts(file=DATA / "nhs_trusts.csv")
    standard = (
        Standard.objects.newest()
        or store_standard(written=read_standard(BUNDLED_STANDARD), name=BUNDLED_STANDARD.name)[0]
    )
    body = CertificationBody.objects.create(name=BODY)
    trusts = choose_trusts(body, number)
    functions = {row.code: row for row in TreatmentFunction.objects.filter(code__in=FUNCTIONS)}
    departments = Department.objects.bulk_create(
        Department(trust=trust, name=functions[code].short_name, treatment_function=functions[code])
        for trust in trusts
        for code in FUNCTIONS
    )
    leads = people("lead", len(departments))
    assessors = people("assessor", max(4, ceil(len(departments) / ASSESSMENTS_OF_AN_ASSESSOR)))
    certifiers = people("certifier", CERTIFIERS)
    over_trusts = [
        Membership(user=user, role=role, trust=trust)
        for role in (Role.EXECUTIVE, Role.ADMINISTRATOR)
        for user, trust in zip(people(role.value, number), trusts, strict=True)
    ]
    Membership.objects.bulk_create(
        [
            *over_trusts,
            *(
                Membership(user=user, role=Role.LEAD, department=row)
                for user, row in zip(leads, departments, strict=True)
            ),
            *(Membership(user=user, role=Role.ASSESSOR, body=body) for user in assessors),
            *(Membership(user=user, role=Role.CERTIFIER, body=body) for user in certifiers),
        ]
    )
    return Places(body, standard, trusts, departments, leads, assessors, certifiers)


def choose_trusts(body: CertificationBody, number: int) -> list[Trust]:
    """Trusts that nobody serves and that have no department yet; where these end, made-up ones like them."""
    free = list(Trust.objects.filter(body=None, departments=None).order_by("ods_code"))[:number]
    like = list(Trust.objects.order_by("ods_code"))
    made = [
        Trust(
            ods_code=f"ZN{place:03}", name=f"Made-up NHS Trust {place}", type=model.type, region=model.region,
            town=model.town, icb_code=model.icb_code, icb_name=model.icb_name,
        )
        for place in range(1, number - len(free) + 1)
        for model in [like[place * 7 % len(like)]]
    ]  # fmt: skip
    trusts = free + Trust.objects.bulk_create(made)
    Trust.objects.filter(pk__in=[trust.pk for trust in trusts]).update(body=body)
    return trusts


def people(role: str, number: int) -> list[User]:
    """Accounts that nobody can sign in to until somebody at the server sets a password."""
    return User.objects.bulk_create(
        User(
            email=f"{role}.{place}@{DOMAIN}", password=UNUSABLE_PASSWORD_PREFIX,
            name=f"{GIVEN[place * 7 % len(GIVEN)]} {FAMILY[(place + place // len(FAMILY)) % len(FAMILY)]}",
        )
        for place in range(1, number + 1)
    )  # fmt: skip
