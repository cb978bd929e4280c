"""What evidence covers in one assessment, read from its rows; and what that keeps from being submitted."""

from datetime import date

from assessments.coverage import Coverage, CoverageRule, Piece, cover
from assessments.models import Assessment, EvidenceService, EvidenceUse, Statement
from assessments.rules import Band
from departments.models import Service
from files.rules import REFUSED, UNDER_CHECK, PatientData


def coverage_of(assessment: Assessment, *, today: date) -> Coverage:
    """Elements × evidence × services of one assessment, by the rule of its standard. Four queries."""
    statements = Statement.objects.filter(assessment=assessment).exclude(band=Band.NOT_APPLICABLE)
    told = {
        number: bool(words)
        for number, words in statements.order_by("element__position").values_list("element__number", "tell_me")
    }
    uses = EvidenceUse.objects.filter(assessment=assessment).select_related("evidence", "version__file", "element")
    about: dict[int, set[int]] = {}
    links = EvidenceService.objects.filter(evidence__uses__assessment=assessment).distinct()
    for evidence, service in links.values_list("evidence_id", "service_id"):
        about.setdefault(evidence, set()).add(service)
    services = Service.objects.filter(department_id=assessment.department_id).values_list("pk", "name")
    return cover(
        CoverageRule.of(assessment.standard.coverage_rule),
        told=told,
        pieces=[_piece(use, frozenset(about.get(use.evidence_id, ()))) for use in uses],
        services=dict(services),
        today=today,
    )


def _piece(use: EvidenceUse, services: frozenset[int]) -> Piece:
    return Piece(
        element=use.element.number,
        evidence=use.evidence_id,
        code=use.evidence.code,
        title=use.evidence.title,
        dated=use.version.dated,
        valid_until=use.version.valid_until,
        services=services,
        counts=use.version.file is None or use.version.file.state not in REFUSED,
    )


def what_files_block(assessment: Assessment) -> list[str]:
    """Whole sentences on files that cannot be handed over as they are: unchecked, refused, or naming a patient."""
    reasons: dict[str, str] = {}
    uses = EvidenceUse.objects.filter(assessment=assessment, version__file__isnull=False)
    for use in uses.select_related("evidence", "version__file").order_by("evidence__number"):
        file, code = use.version.file, use.evidence.code
        assert file is not None
        if file.state in UNDER_CHECK or (file.state not in REFUSED and file.read_at is None):
            reasons[code] = f"{code} is still being checked. Wait a minute, then submit again."
        elif file.state in REFUSED:
            reasons[code] = f"{code} is kept shut: {file.get_state_display().lower()}. Replace it, or take it away."
        elif file.patient_data == PatientData.FOUND and use.evidence.department_id != assessment.department_id:
            reasons[code] = f"{code} may name a patient, and its department has yet to decide. Ask it, or take it away."
        elif file.patient_data == PatientData.FOUND:
            reasons[code] = f"{code} may name a patient. Say what is to be done about it."
    return list(reasons.values())
