"""What a decision rests on, as plain dictionaries: everything that a report prints, read from the database."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Prefetch
from django.utils import timezone

from assessments.models import Assessment, EvidenceUse, Finding, Statement
from assessments.rules import AwardRule, Band, Outcome, RuleElement, Verdict, decide_award
from assessments.services.visit_coverage import facts_of_visit, why_no_visit
from assessments.workflow import Kind
from departments.models import Department, Site
from reports.rules import Facts, count_bands, elements_of
from reports.safeguards import decisions_of, independence_of

SHAPE = 1  # raise it when a key changes its meaning: facts stored before keep theirs
BELOW_COMPLIANT = (Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT)


def facts_of(assessment: Assessment) -> Facts:
    """Everything of an assessment that its report prints, in the words that stand now, in twenty-one queries.

    Dates are ISO strings in London's calendar, bands and outcomes are codes, and `bands` and `outcome` say how they
    are worded. Text is as it was typed.
    """
    assessment = Assessment.objects.select_related(
        "department__trust", "department__treatment_function", "standard", "body", "assessor", "decided_by"
    ).get(pk=assessment.pk)
    statements = list(Statement.objects.filter(assessment=assessment).in_order().select_related("corporate_stance"))
    findings = {row.element_id: row for row in Finding.objects.filter(assessment=assessment)}
    uses = list(
        EvidenceUse.objects.filter(assessment=assessment).select_related("evidence", "version__file", "element")
    )
    criteria = _criteria(assessment, statements, findings, uses)
    elements = [element for criterion in criteria for element in elements_of(criterion)]
    verdict = _verdict(assessment, statements, findings)
    return {
        "shape": SHAPE,
        **_header(assessment),
        "verdict": {"outcome": verdict.outcome.value, "sentence": verdict.sentence, "reasons": list(verdict.reasons)},
        **_places(assessment.department),
        "method": assessment.method,
        "visit": facts_of_visit(assessment),
        "no_visit": why_no_visit(assessment),
        "strengths": assessment.strengths,
        "recommendation": assessment.recommendation,
        "bands": [
            {"code": band.code, "title": band.title, "meaning": band.meaning}
            for band in assessment.standard.bands.order_by("position")
        ],
        "criteria": criteria,
        "counts": {
            "elements": len(elements),
            "own": count_bands(elements, "own_band"),
            "found": count_bands(elements, "band"),
        },
        "good_practice": [element["number"] for element in elements if element["good_practice"]],
        "improvements": {
            "required": [element["number"] for element in elements if element["band"] in BELOW_COMPLIANT],
            "suggested": [
                element["number"]
                for element in elements
                if element["improvement"] and element["band"] not in BELOW_COMPLIANT
            ],
        },
        "evidence": _register(uses),
        "independence": independence_of(assessment),
        "decision": decisions_of(assessment),
    }


def _header(assessment: Assessment) -> Facts:
    department, trust, standard = assessment.department, assessment.department.trust, assessment.standard
    return {
        "reference": assessment.reference,
        "title": assessment.title,
        "kind": Kind(assessment.kind).label,
        "trust": {"name": trust.name, "ods_code": trust.ods_code, "region": trust.region, "icb": trust.icb_name},
        "department": {
            "name": department.name,
            "about": department.about,
            "treatment_function": _specialty(department),
        },
        "body": assessment.body.name,
        "standard": {
            "title": standard.title,
            "code": standard.code,
            "version": standard.version,
            "owner": standard.owner,
            "award_rule": standard.award_rule,
            "certificate_years": standard.cycle.get("certificate_years"),
        },
        "assessor": assessment.assessor.name if assessment.assessor else "",
        "certifier": assessment.decided_by.name if assessment.decided_by else "",
        "dates": {
            "opened": _day(assessment.opened_at),
            "submitted": _day(assessment.submitted_at),
            "assigned": _day(assessment.assigned_at),
            "proposed": _day(assessment.proposed_at),
            "decided": _day(assessment.decided_at),
            "certified_until": _day(assessment.certified_until),
        },
        "proposed_outcome": assessment.proposed_outcome,
        "outcome": {
            "code": assessment.outcome,
            "title": Outcome(assessment.outcome).label if assessment.outcome else "",
        },
    }


def _specialty(department: Department) -> Facts:
    """Its treatment function; corporate services have none, and say what they are."""
    function = department.treatment_function
    if function is None:
        return {"code": "", "name": "None: the trust’s corporate services"}
    return {"code": function.code, "name": function.short_name}


def _places(department: Department) -> Facts:
    """The services with their sites, and the partners at whose sites they run."""
    services = department.services.prefetch_related(
        Prefetch("sites", queryset=Site.objects.select_related("partner").order_by("name"))
    )
    partners: dict[str, Facts] = {}
    listed = []
    for service in services:
        sites = []
        site: Site
        for site in service.sites.all():  # type: ignore[assignment]  # its manager's rows are typed as any model
            partner = site.partner
            sites.append(
                {
                    "name": site.name,
                    "kind": site.get_kind_display(),
                    "town": site.town,
                    "partner": partner.name if partner else "",
                }
            )
            if partner:
                hosted = partners.setdefault(
                    partner.name, {"name": partner.name, "kind": partner.get_kind_display(), "sites": []}
                )
                if site.name not in hosted["sites"]:
                    hosted["sites"].append(site.name)
        listed.append({"name": service.name, "kind": service.get_kind_display(), "sites": sites})
    return {"services": listed, "partners": [partners[name] for name in sorted(partners)]}


def _criteria(
    assessment: Assessment, statements: list[Statement], findings: dict[int, Finding], uses: list[EvidenceUse]
) -> list[Facts]:
    evidence: dict[int, list[Facts]] = {}
    for use in uses:
        evidence.setdefault(use.element_id, []).append({"code": use.evidence.code, "strongest": use.strongest})
    limits = assessment.standard.award_rule["max_partial_per_criterion"]
    criteria: dict[str, Facts] = {}
    for statement in statements:
        sub = statement.element.subcriterion
        whole = sub.criterion
        criterion = criteria.setdefault(
            whole.number,
            {"number": whole.number, "title": whole.title, "summary": whole.summary, "subcriteria": []},
        )
        if not criterion["subcriteria"] or criterion["subcriteria"][-1]["number"] != sub.number:
            criterion["subcriteria"].append({"number": sub.number, "title": sub.title, "elements": []})
        criterion["subcriteria"][-1]["elements"].append(
            _element(statement, findings.get(statement.element_id), evidence.get(statement.element_id, []))
        )
    for number, criterion in criteria.items():
        elements = elements_of(criterion)
        criterion |= {
            "elements": len(elements),
            "partials_allowed": limits[number],
            "own": count_bands(elements, "own_band"),
            "found": count_bands(elements, "band"),
        }
    return list(criteria.values())


def _element(statement: Statement, finding: Finding | None, evidence: list[Facts]) -> Facts:
    return {
        "number": statement.element.number,
        "title": statement.element.title,
        "looks_for": statement.element.looks_for,
        "own_band": statement.band,
        "statement": statement.said,
        "tell_me": statement.tell_me,
        "band": finding.band if finding else "",
        "narrative": finding.narrative if finding else "",
        "strengths": finding.strengths if finding else "",
        "improvement": finding.improvement if finding else "",
        "good_practice": bool(finding and finding.good_practice),
        "evidence": evidence,
    }


def _verdict(assessment: Assessment, statements: list[Statement], findings: dict[int, Finding]) -> Verdict:
    """What the rule says of the findings, from rows that have been read already."""
    listed = [
        RuleElement(
            row.element.number,
            row.element.subcriterion.criterion.number,
            row.element.subcriterion.criterion.title,
            row.element.may_be_not_applicable,
        )
        for row in statements
    ]
    bands = {row.element.number: findings[row.element_id].band for row in statements if row.element_id in findings}
    return decide_award(AwardRule.of(assessment.standard.award_rule, listed), bands)


def _register(uses: list[EvidenceUse]) -> list[Facts]:
    """Each piece of evidence once, with the elements that it was put to."""
    register: dict[int, Facts] = {}
    for use in sorted(uses, key=lambda use: (use.evidence.number, use.element.position)):
        held, version = use.evidence, use.version
        entry = register.setdefault(
            held.number,
            {
                "code": held.code,
                "title": held.title,
                "owner": held.owner,
                "dated": _day(version.dated),
                "kind": "link" if version.link else "file",
                "where": version.link or (version.file.name if version.file else ""),
                "elements": [],
                "strongest_for": [],
            },
        )
        entry["elements"].append(use.element.number)
        if use.strongest:
            entry["strongest_for"].append(use.element.number)
    return list(register.values())


def _day(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    return (timezone.localdate(moment) if isinstance(moment, datetime) else moment).isoformat()
