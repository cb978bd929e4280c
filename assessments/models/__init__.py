"""What the assessments app remembers; import models from here."""

from assessments.models.assessment import Assessment, Finding, StageMove, Statement
from assessments.models.evidence import Evidence, EvidenceService, EvidenceUse, EvidenceVersion
from assessments.models.reminder import EvidenceReminder
from assessments.models.standard import BandMeaning, Criterion, Element, Standard, SubCriterion

__all__ = [
    "Assessment",
    "BandMeaning",
    "Criterion",
    "Element",
    "Evidence",
    "EvidenceReminder",
    "EvidenceService",
    "EvidenceUse",
    "EvidenceVersion",
    "Finding",
    "StageMove",
    "Standard",
    "Statement",
    "SubCriterion",
]
