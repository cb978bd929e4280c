"""What the drills let a process of its own do, on databases of their own: `python -m tests.files.a_portal DEED`."""

import hashlib
import io
import random
import sys

from django.utils import timezone

from assessments.models import Assessment
from assessments.services import cycle
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.services.standards import store_standard
from assessments.workflow import Stage
from departments import models
from departments.rules import Role
from departments.services.files import open_blob
from files.models import File
from files.services import checking
from files.services.intake import receive


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def make_people() -> None:
    """A trust with a department and its lead."""
    body = models.CertificationBody.objects.create(name="Assured Service Certification")
    models.TreatmentFunction.objects.create(code="320", name="Cardiology Service", short_name="Cardiology")
    trust = models.Trust.objects.create(ods_code="RKE", name="Whittington Health", type="acute", body=body)
    department = models.Department.objects.create(trust=trust, name="Cardiology", treatment_function_id="320")
    lead = models.User.objects.create_user(email="lead@example.org", name="Lead", password="right-horse-battery")
    models.Membership.objects.create(user=lead, role=Role.LEAD, department=department)


def open_an_assessment() -> None:
    """One that is being prepared, so that evidence may be sent. Says the department's id."""
    department, lead = models.Department.objects.get(), models.User.objects.get()
    store_standard(written=read_standard(BUNDLED_STANDARD), name="cse_standard.yaml")
    cycle.open_assessment(department=department, title="Recertification 2026", by=lead)
    say(str(department.pk))


def hand_to_an_assessor() -> None:
    """The assessment is under review, as if it had been submitted: its assessor may write findings."""
    assessment, now = Assessment.objects.get(), timezone.now()
    people = {}
    for role in (Role.ASSESSOR, Role.CERTIFIER):
        person = models.User.objects.create_user(
            email=f"{role}@example.org", name=role.value, password="right-horse-battery"
        )
        models.Membership.objects.create(user=person, role=role, body=assessment.body)
        people[role] = person
    Assessment.objects.filter(pk=assessment.pk).update(stage=Stage.SUBMITTED, submitted_at=now)
    cycle.assign(assessment=assessment, assessor=people[Role.ASSESSOR], by=people[Role.CERTIFIER])
    Assessment.objects.filter(pk=assessment.pk).update(declared_at=now)


def send(content: bytes, name: str) -> File:
    return receive(
        file=io.BytesIO(content), name=name, department=models.Department.objects.get(), by=models.User.objects.get()
    )


def store_forever() -> None:
    """Store file after file; say `kept SHA` once each is committed."""
    while True:
        content = random.randbytes(60_000_000 + random.randrange(1_000_000))
        say("begin")
        send(content, "Survey.bin")
        say(f"kept {hashlib.sha256(content).hexdigest()}")


def read_back() -> None:
    """Say `same SHA` for every content that hashes to its name."""
    for blob in models.Blob.objects.exclude(sha256=None).order_by("pk"):
        digest = hashlib.sha256()
        with open_blob(blob=blob) as content:
            while data := content.read(1024 * 1024):
                digest.update(data)
        if digest.hexdigest() == blob.sha256:
            say(f"same {blob.sha256}")


def send_large_text() -> None:
    """A text that takes its check some seconds."""
    line = b"We read every complaint at the ward meeting, and tell the patient what came of it.\n"
    say(str(send(line * (90_000_000 // len(line)), "Minutes.txt").pk))


def let_time_pass() -> None:
    """As if more time had gone by than a check may be silent, then the sweep that beat runs."""
    File.objects.filter(beaten_at__isnull=False).update(beaten_at=timezone.now() - 2 * checking.SILENT)
    checking.sweep()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
