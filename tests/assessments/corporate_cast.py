"""The trust's corporate services beside the fixed cast: their lead, their assessment, and what it rests on."""

import io
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assessments.models import Assessment, Element, Evidence, EvidenceUse, Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.evidence import add_evidence
from assessments.services.writing import save_statement
from departments.models import Department, Membership, Trust, User
from departments.rules import Role
from files.models import File
from files.rules import FileState
from files.services.intake import receive

NUMBER = "4.3.4"


@dataclass
class Corporate:
    """The corporate department, its lead, its assessment in preparation, and a file on which 4.3.4 rests there."""

    department: Department
    lead: User
    assessment: Assessment
    evidence: Evidence

    def statement(self, number: str = NUMBER) -> Statement:
        return Statement.objects.get(assessment=self.assessment, element__number=number)

    def use(self) -> EvidenceUse:
        return EvidenceUse.objects.get(assessment=self.assessment, evidence=self.evidence)

    def says(self, text: str, *, number: str = NUMBER, band: str = Band.COMPLIANT) -> Statement:
        """Write the corporate statement on an element."""
        row = self.statement(number)
        return save_statement(statement=row, version=row.version, by=self.lead, text=text, band=band, tell_me="")


def make_corporate(trust: Trust, *, said: str = "We answer every complaint within 25 days.") -> Corporate:
    department = Department.objects.create(trust=trust, name="Corporate services", is_corporate=True)
    lead = User.objects.create(email=f"corporate.{trust.pk}@example.org", name="Cora Porter", password="!")
    Membership.objects.create(user=lead, role=Role.LEAD, department=department)
    assessment = cycle.open_assessment(department=department, title="Corporate 2026", by=lead)
    file = receive(file=io.BytesIO(b"Complaints policy."), name="Policy.txt", department=department, by=lead)
    File.objects.filter(pk=file.pk).update(state=FileState.CLEAN, content_type="text/plain", read_at=timezone.now())
    evidence = add_evidence(
        assessment=assessment, elements=[element_of(assessment)], title="Complaints policy", owner="Complaints team",
        dated=date(2026, 3, 1), file=file, by=lead,
    )  # fmt: skip
    made = Corporate(department, lead, assessment, evidence)
    if said:
        made.says(said)
    return made


def element_of(assessment: Assessment, number: str = NUMBER) -> Element:
    return assessment.standard.elements.get(number=number)
