"""What the assessments app remembers; import models from here."""

from assessments.models.about import EvidenceService
from assessments.models.actions import ActionEvidence, ActionStep, CorrectiveAction
from assessments.models.assessment import Assessment, StageMove
from assessments.models.challenge import Challenge, ChallengeAttachment, ChallengeState
from assessments.models.corporate import CorporateStance
from assessments.models.evidence import Evidence, EvidenceUse, EvidenceVersion
from assessments.models.gaps import Gap, MeasureLink, Reworking
from assessments.models.independence import Declaration, IndependenceOverride
from assessments.models.leaders import LeadersAnswer, LeadersView
from assessments.models.note import PrivateNote
from assessments.models.practice import Nomination, PracticeCase
from assessments.models.presence import Presence
from assessments.models.query import Query, QueryAttachment, QueryMessage, QueryState
from assessments.models.rollups import About, Rollup
from assessments.models.standard import BandMeaning, Criterion, Element, Standard, SubCriterion
from assessments.models.visits import Visit, VisitElement, VisitNote, VisitPerson, VisitStop
from assessments.models.words import Finding, Statement

__all__ = [
    "About",
    "ActionEvidence",
    "ActionStep",
    "Assessment",
    "BandMeaning",
    "Challenge",
    "ChallengeAttachment",
    "ChallengeState",
    "CorporateStance",
    "CorrectiveAction",
    "Criterion",
    "Declaration",
    "Element",
    "Evidence",
    "EvidenceService",
    "EvidenceUse",
    "EvidenceVersion",
    "Finding",
    "Gap",
    "IndependenceOverride",
    "LeadersAnswer",
    "LeadersView",
    "MeasureLink",
    "Nomination",
    "PracticeCase",
    "Presence",
    "PrivateNote",
    "Query",
    "QueryAttachment",
    "QueryMessage",
    "QueryState",
    "Reworking",
    "Rollup",
    "StageMove",
    "Standard",
    "Statement",
    "SubCriterion",
    "Visit",
    "VisitElement",
    "VisitNote",
    "VisitPerson",
    "VisitStop",
]
