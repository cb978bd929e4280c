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


class NoticeKind(models.TextChoices):
    """What a notice is about, as people choose it on the page of their e-mails."""

    STAGE = "stage", "An assessment moves on"
    DECISION = "decision", "Decisions and certificates"
    QUERY = "query", "Queries"
    CHALLENGE = "challenge", "The draft report and its facts"
    VISIT = "visit", "Visits"
    ACTION = "action", "Corrective actions"
    DUE = "due", "Reminders of dates"
    EVIDENCE = "evidence", "Evidence that runs out"
    PRACTICE = "practice", "Good practice"
    ROLE = "role", "Roles and handover"


KIND_MEANINGS = {
    NoticeKind.STAGE: "It was submitted, returned, assigned, sent back, paused or withdrawn.",
    NoticeKind.DECISION: "An outcome was decided, or an appeal was heard.",
    NoticeKind.QUERY: "Somebody asks or answers about an element.",
    NoticeKind.CHALLENGE: "The draft report is there to check, or a fact in it is challenged or answered.",
    NoticeKind.VISIT: "A visit is planned, moved, called off or closed.",
    NoticeKind.ACTION: "An action is yours, is done, or was checked.",
    NoticeKind.DUE: "Something is due soon, today, or overdue.",
    NoticeKind.EVIDENCE: "Documents are out of date, expire soon or are due for review. Once a month.",
    NoticeKind.PRACTICE: "A case waits for consent, is published or is nominated.",
    NoticeKind.ROLE: "You have a new role, somebody hands a department over to you, or one of your trust has no lead.",
}

# What asks something of its reader when it has a date. The other kinds are news, or made before the morning's e-mail.
KINDS_THAT_ASK = frozenset(
    {NoticeKind.STAGE, NoticeKind.QUERY, NoticeKind.CHALLENGE, NoticeKind.VISIT, NoticeKind.ACTION}
)


class Way(models.TextChoices):
    """How a notice reaches somebody. It is always on Home too."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    HOME = "home", "On Home only"


class NoticeState(models.TextChoices):
    """How far a notice has come."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent by e-mail"
    READ = "read", "Read on Home"
    DROPPED = "dropped", "Not sent: its page is closed to this person now"


def way_of(*, kind: str, has_deadline: bool, chosen: str, takes_mail: bool) -> Way:
    """How a notice goes: as its reader chose for the kind; else with the daily e-mail, and at once only when
    something is asked of them by a date."""
    if not takes_mail:
        return Way.HOME
    if chosen:
        return Way(chosen)
    return Way.AT_ONCE if has_deadline and kind in KINDS_THAT_ASK else Way.DAILY


def ending_would_leave_no_lead(*, role: str, leads_now: int) -> bool:
    """Whether ending this role would leave a department with nobody to answer for it."""
    return role == Role.LEAD and leads_now <= 1


def ending_would_leave_no_administrator(*, role: str, administrators_now: int) -> bool:
    """Whether ending this role would leave a trust with nobody who can give roles, which nobody could then undo."""
    return role == Role.ADMINISTRATOR and administrators_now <= 1


def in_words(names: list[str]) -> str:
    """Several names as part of a sentence: "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
