"""Facts of an invented assessment as plain values: long text, and no database."""

from typing import Any

from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from reports.rules import Facts, count_bands, elements_of

PLUS = ("1.1.3", "1.3.5", "2.1.1", "2.2.2", "2.2.4", "3.4.1", "4.1.1", "4.2.4", "5.2.2")
PARTIAL = ("1.2.3", "4.3.5", "5.3.2")
SENTENCE = "The assessor asked three nurses in turn and each could say what had changed since last year, and why. "


def example_facts(**changes: Any) -> Facts:
    """9 Compliance Plus, 45 Compliant, 3 Partially Compliant, by the bundled standard; keys may be replaced."""
    standard = read_standard(BUNDLED_STANDARD)
    criteria: list[Facts] = []
    for criterion in standard.criteria:
        subcriteria = [
            {"number": sub.number, "title": sub.title, "elements": [_element(element) for element in sub.elements]}
            for sub in criterion.subcriteria
        ]
        one: Facts = {
            "number": criterion.number,
            "title": criterion.title,
            "summary": criterion.summary,
            "subcriteria": subcriteria,
            "partials_allowed": 2,
        }
        elements = elements_of(one)
        one |= {
            "elements": len(elements),
            "own": count_bands(elements, "own_band"),
            "found": count_bands(elements, "band"),
        }
        criteria.append(one)
    elements = [element for criterion in criteria for element in elements_of(criterion)]
    return {
        "shape": 1,
        "reference": "CSE-2025-RKE-0012",
        "title": "Recertification 2025",
        "kind": "Recertification",
        "trust": {"name": "Whittington Health NHS Trust", "ods_code": "RKE", "region": "London", "icb": "NCL"},
        "department": {
            "name": "Cardiology",
            "about": "It looks after people with a disease of the heart.\n\nIt has held the award since 2013.",
            "treatment_function": {"code": "320", "name": "Cardiology"},
        },
        "body": "Assured Service Certification",
        "standard": {
            "title": standard.title,
            "code": standard.code,
            "version": 1,
            "owner": standard.owner,
            "award_rule": standard.award_rule,
            "certificate_years": 3,
        },
        "assessor": "Graham Penhallurick",
        "certifier": "Ruth Adeyinka-Lowe",
        "dates": {
            "opened": "2025-04-07",
            "submitted": "2025-08-29",
            "assigned": "2025-09-08",
            "proposed": "2025-11-03",
            "decided": "2025-11-17",
            "certified_until": "2028-11-17",
        },
        "proposed_outcome": "award",
        "outcome": {"code": "award", "title": "Award"},
        "verdict": {
            "outcome": "award",
            "sentence": "On these bands: award. 3 partials of 10 allowed.",
            "reasons": ["All 57 elements are rated."],
        },
        "services": [
            {
                "name": "Anticoagulant clinic",
                "kind": "Anticoagulant clinic",
                "sites": [
                    {
                        "name": "River Place Surgery",
                        "kind": "GP surgery",
                        "town": "Islington",
                        "partner": "Islington GP Federation",
                    }
                ],
            }
        ],
        "partners": [
            {"name": "Islington GP Federation", "kind": "GP practice or federation", "sites": ["River Place Surgery"]}
        ],
        "method": "A desk review.\n\nA visit on two days.",
        "visit": example_visit(),
        "no_visit": "",
        "strengths": "Care has moved to where patients are.",
        "recommendation": "That the department continues to hold the award.",
        "bands": [{"code": band.code, "title": band.title, "meaning": band.meaning} for band in standard.bands],
        "criteria": criteria,
        "counts": {"elements": 57, "own": count_bands(elements, "own_band"), "found": count_bands(elements, "band")},
        "good_practice": [element["number"] for element in elements if element["good_practice"]],
        "improvements": {"required": list(PARTIAL), "suggested": ["1.1.1"]},
        "evidence": [
            {
                "code": "ES 1",
                "title": "Patient survey 2025",
                "owner": "Matron",
                "dated": "2025-04-28",
                "kind": "file",
                "where": "survey.pdf",
                "elements": ["1.1.1", "1.3.1"],
                "strongest_for": ["1.3.1"],
            }
        ],
        "independence": {
            "declared": [
                {
                    "name": "Graham Penhallurick",
                    "on": "2025-09-09",
                    "worked_there": False,
                    "worked_until": "",
                    "has_interest": False,
                    "details": "",
                }
            ],
            "overrides": [],
        },
        "decision": {"number": 1, "against_the_rule": "", "appeals": []},
        **changes,
    }


def example_visit() -> Facts:
    """Two days; every level but one was met, and one clinic was shut."""
    met = {
        "Senior management": (
            2,
            ["Chief operating officer", "Director of nursing"],
            "The board reads every complaint.",
        ),
        "Operational": (1, ["General manager"], "She walks the wards each week and knows what patients said."),
        "Front-line": (5, ["Ward sister", "Staff nurses (4)"], "Each could say what had changed, and why."),
        "Patients and carers": (3, ["Patients of the anticoagulant clinic (3)"], ""),
        "Partners": (0, [], ""),
    }
    return {
        "days": ["2025-10-14", "2025-10-15"],
        "services": ["Montuschi Ward", "Anticoagulant clinic"],
        "sites": ["Whittington Hospital", "River Place Surgery"],
        "partners": ["Islington GP Federation"],
        "levels": [
            {"title": title, "met": count, "posts": posts, "commitment": words}
            for title, (count, posts, words) in met.items()
        ],
        "elements": ["4.3.4"],
        "gaps": ["Cardiac rehabilitation was not seen."],
        "why_gaps": "Its clinic was shut on both days; its patients were met on the ward.",
    }


def _element(element: Any) -> Facts:
    number = element.number
    band = "compliance_plus" if number in PLUS else "partially_compliant" if number in PARTIAL else "compliant"
    return {
        "number": number,
        "title": element.title,
        "looks_for": element.looks_for,
        "own_band": "compliant",
        "statement": f"What we do for {number}.",
        "tell_me": "",
        "band": band,
        "narrative": f"Found for {number}. " + SENTENCE * 5,
        "strengths": "Staff speak up for patients." if number in PLUS else "",
        "improvement": "Ask everybody." if number in (*PARTIAL, "1.1.1") else "",
        "good_practice": number in PLUS[:4],
        "evidence": [{"code": "ES 1", "strongest": number == "1.3.1"}] if number in ("1.1.1", "1.3.1") else [],
    }
