"""The ground floor's words and what can be decided from plain values: no database, clock or request."""

from django.db import models


class Role(models.TextChoices):
    """What somebody is, over a department, a trust or a certification body."""

    CONTRIBUTOR = "contributor", "Contributor"
    LEAD = "lead", "Lead"
    EXECUTIVE = "executive", "Executive"
    ADMINISTRATOR = "administrator", "Trust administrator"
    ASSESSOR = "assessor", "Assessor"
    CERTIFIER = "certifier", "Certifier"


DEPARTMENT_ROLES = (Role.LEAD, Role.CONTRIBUTOR)
TRUST_ROLES = (Role.EXECUTIVE, Role.ADMINISTRATOR)
BODY_ROLES = (Role.ASSESSOR, Role.CERTIFIER)

ROLE_MEANINGS = {
    Role.LEAD: "Answers for the self-assessment: writes, uploads evidence and submits it.",
    Role.CONTRIBUTOR: "Writes statements and uploads evidence; cannot submit.",
    Role.EXECUTIVE: "Sees how every department stands and downloads award reports.",
    Role.ADMINISTRATOR: "Keeps departments, services, sites, people and their roles.",
    Role.ASSESSOR: "Reads and assesses the assessments assigned to them.",
    Role.CERTIFIER: "Assigns assessors and decides.",
}


class ServiceKind(models.TextChoices):
    """What sort of service a department runs."""

    INPATIENT_WARD = "inpatient_ward", "Inpatient ward"
    OUTPATIENT_CLINIC = "outpatient_clinic", "Outpatient clinic"
    INVESTIGATION_UNIT = "investigation_unit", "Investigation unit"
    REHABILITATION = "rehabilitation", "Rehabilitation and outreach"
    ANTICOAGULANT_CLINIC = "anticoagulant_clinic", "Anticoagulant clinic"
    OTHER = "other", "Other service"


class SiteKind(models.TextChoices):
    """What sort of place a service is run in."""

    HOSPITAL = "hospital", "Hospital"
    COMMUNITY_HOSPITAL = "community_hospital", "Community hospital"
    GP_SURGERY = "gp_surgery", "GP surgery"
    PHARMACY = "pharmacy", "Community pharmacy"
    HEALTH_CENTRE = "health_centre", "Health centre"
    OTHER = "other", "Other place"


class PartnerKind(models.TextChoices):
    """What sort of organisation hosts a service for a trust."""

    GP_PRACTICE = "gp_practice", "GP practice or federation"
    PHARMACY = "pharmacy", "Pharmacy"
    NHS_TRUST = "nhs_trust", "NHS trust"
    COMMUNITY_PROVIDER = "community_provider", "Community provider"
    OTHER = "charity_or_other", "Charity or other"


class EmailState(models.TextChoices):
    """How far an e-mail has come."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


def ending_would_leave_no_lead(*, role: str, leads_now: int) -> bool:
    """Whether ending this role would leave a department with nobody to answer for it."""
    return role == Role.LEAD and leads_now <= 1


def ending_would_leave_no_administrator(*, role: str, administrators_now: int) -> bool:
    """Whether ending this role would leave a trust with nobody who can give roles, which nobody could then undo."""
    return role == Role.ADMINISTRATOR and administrators_now <= 1


def in_words(names: list[str]) -> str:
    """Several names as part of a sentence: "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
