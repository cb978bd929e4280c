"""What is decided about text that may name a patient: confirmed with a reason, and told to whom it concerns."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from departments.models import Membership, User
from departments.rules import Role
from departments.services.email import queue_email
from departments.services.history import remembered_as_theirs
from departments.services.refusals import Refused
from files.models import File
from files.patients import Sign, summary
from files.rules import FileState, PatientData


@transaction.atomic
@remembered_as_theirs
def confirm_patient_data(*, file: File, reason: str, by: User) -> File:
    """Keep a file although it may name a patient, because of a reason, and tell the trust's administrators by e-mail.

    Raises Refused when somebody has decided already, or the file is no longer there.
    """
    row = File.objects.select_for_update(of=("self",)).select_related("department__trust").get(pk=file.pk)
    if row.state == FileState.DESTROYED or row.patient_data != PatientData.FOUND:
        raise Refused("This is decided already: somebody confirmed or removed the file before you.")
    if not reason.strip():
        raise Refused("Say why the file can stay as it is.", field="reason")
    row.patient_data, row.patient_reason = PatientData.CONFIRMED, reason
    row.patient_decided_by, row.patient_decided_at = by, timezone.now()
    row.save()
    tell_administrators(row)
    return row


def tell_administrators(file: File) -> None:
    """One e-mail for each confirmation to each administrator. It says how many signs of each kind, and never any."""
    held = Membership.objects.current().filter(role=Role.ADMINISTRATOR, trust_id=file.department.trust_id)
    words = {
        "file": file,
        "found": summary([Sign(**sign) for sign in file.patient_signs]),
        "link": settings.SITE_URL.rstrip("/") + reverse("assessments:patient_data", args=[file.pk]),
    }
    for email in held.filter(user__is_active=True).order_by("user").values_list("user__email", flat=True).distinct():
        queue_email(
            to=email,
            subject=f"{file.department.name} keeps a file that may name a patient",
            body=render_to_string("files/emails/patient_data_confirmed.txt", words),
        )
