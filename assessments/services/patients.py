"""A file that names a patient, taken out of everything that rests on it and destroyed."""

from django.db import transaction

from assessments.models import Assessment, Evidence, EvidenceUse
from assessments.services.evidence import count_evidence
from assessments.services.refusals import Refused
from assessments.workflow import Stage
from departments.models import User
from departments.services.history import remembered_as_theirs
from files.models import File
from files.rules import PatientData
from files.services.destruction import destroy


@transaction.atomic
@remembered_as_theirs
def remove_file(*, file: File, by: User) -> None:
    """Destroy a file because it names a patient; it supports nothing any more. The evidence stays, for a new version.

    Raises Refused once an assessment that rests on it is submitted, and when somebody has decided already.
    """
    # Whoever submits one of them now is waited for, or waits.
    using = Assessment.objects.filter(evidence_uses__version__file=file).values("pk")
    list(Assessment.objects.filter(pk__in=using).order_by("pk").select_for_update())
    if File.objects.select_for_update(of=("self",)).get(pk=file.pk).patient_data != PatientData.FOUND:
        raise Refused("This is decided already: somebody confirmed or removed the file before you.")
    if is_handed_over(file):
        raise Refused(
            "An assessment that rests on this file is submitted, so it cannot be removed. Say why it can stay, "
            "or ask the certification body whether it can return that assessment to you."
        )
    preparing = Assessment.objects.filter(evidence_uses__version__file=file, stage=Stage.PREPARING).values("pk")
    for assessment in Assessment.objects.filter(pk__in=preparing).select_for_update():
        EvidenceUse.objects.filter(assessment=assessment, version__file=file).delete()
        count_evidence(assessment)
    destroy(file=file, rule="patient_data", reason="It names a patient, and its department removed it.", by=by)


def is_handed_over(file: File) -> bool:
    """Whether an assessment that has left its department rests on a file."""
    return EvidenceUse.objects.filter(version__file=file).exclude(assessment__stage=Stage.PREPARING).exists()


def evidence_of(file: File) -> Evidence | None:
    """The evidence that a file is a version of."""
    return Evidence.objects.filter(versions__file=file).first()
