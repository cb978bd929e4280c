"""Facts: everything that a report prints, as it stood when it was decided."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import Department, User
from reports.facts import facts_of
from reports.models import DecisionFacts
from reports.rules import band_table, elements_of
from tests.reports.example_facts import example_facts


def test_facts_hold_the_57_elements_and_their_counts(report):
    facts = facts_of(report.assessment)
    assert sum(len(elements_of(criterion)) for criterion in facts["criteria"]) == facts["counts"]["elements"] == 57
    assert facts["counts"]["found"] == {"compliance_plus": 9, "compliant": 45, "partially_compliant": 3}
    assert facts["counts"]["own"] == {"compliant": 57}
    assert [(one["number"], one["elements"]) for one in facts["criteria"]] == [
        ("1", 11), ("2", 11), ("3", 12), ("4", 13), ("5", 10),
    ]  # fmt: skip
    assert facts["improvements"]["required"] == ["2.2.3", "3.2.2", "4.3.5"]
    assert facts["good_practice"] == ["1.1.1", "1.1.2", "1.1.3"]


def test_facts_say_who_decided_what_and_why(report, people):
    facts = facts_of(report.assessment)
    assert facts["reference"] == report.assessment.reference
    assert facts["outcome"] == {"code": "award", "title": "Award"}
    assert (facts["assessor"], facts["certifier"]) == (people["assessor"].name, people["certifier"].name)
    assert facts["dates"]["certified_until"] == report.assessment.certified_until.isoformat()
    assert facts["verdict"]["outcome"] == "award"
    assert facts["verdict"]["reasons"] == [
        "All 57 elements are rated, none is Non-Compliant, and no criterion has more partials than it allows."
    ]


def test_facts_hold_services_sites_partners_and_evidence(report):
    facts = facts_of(report.assessment)
    assert {service["name"] for service in facts["services"]} == {"Montuschi Ward", "Anticoagulant clinic"}
    assert facts["partners"] == [
        {"name": "Islington GP Federation", "kind": "GP practice or federation", "sites": ["River Place Surgery"]}
    ]
    assert facts["evidence"] == [
        {
            "code": "ES 1", "title": "Patient survey 2025", "owner": "Matron", "dated": "2025-04-01", "kind": "link",
            "where": "https://www.example.org/survey", "elements": ["1.1.1", "1.3.1"], "strongest_for": ["1.3.1"],
        }
    ]  # fmt: skip
    first = elements_of(facts["criteria"][0])[0]
    assert first["evidence"] == [{"code": "ES 1", "strongest": False}]


def test_facts_are_plain_json_and_cost_few_queries(report, django_assert_num_queries):
    with django_assert_num_queries(21):
        facts = facts_of(report.assessment)
    assert json.loads(json.dumps(facts)) == facts


def test_facts_cost_the_same_queries_however_much_there_is(preparing):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        facts = facts_of(preparing)
    assert len(captured) <= 12
    assert facts["outcome"] == {"code": "", "title": ""}
    assert facts["verdict"]["outcome"] == "incomplete"


def test_the_example_of_the_document_tests_has_the_shape_of_real_facts(report, services_and_sites, people):
    visit = report.assessment.visit
    _, clinic = services_and_sites
    visit.stops.update(seen="yes", service=clinic, site=clinic.sites.get())
    visit.people.update(met="yes", level="senior_management")
    element = report.assessment.standard.elements.get(number="4.3.4")
    visit.notes.create(token=uuid4(), element=element, text="Calm.", by=people["assessor"], at=timezone.now())
    facts = facts_of(report.assessment)
    facts["improvements"]["suggested"] = ["1.1.1"]
    assert shape(example_facts()) == shape(facts)


def test_stored_facts_stay_whatever_is_edited_afterwards(report):
    before = DecisionFacts.objects.get().facts
    User.objects.filter(pk=report.assessment.assessor_id).update(name="Somebody renamed")
    Department.objects.update(name="Heart centre")
    assert DecisionFacts.objects.get().facts == before
    with pytest.raises(InternalError, match="facts_are_fixed"), transaction.atomic():
        DecisionFacts.objects.update(facts={})


def test_the_table_leaves_out_not_applicable_unless_there_is_one():
    facts = example_facts()
    assert band_table(facts)["columns"] == ["Compliance Plus", "Compliant", "Partially Compliant", "Non-Compliant"]
    assert band_table(facts)["totals"]["found"] == [9, 45, 3, 0]
    facts["counts"]["own"]["not_applicable"] = 1
    assert band_table(facts)["columns"][-1] == "Not Applicable"


def shape(value: Any) -> Any:
    """The keys of everything, one example an entry of a list; counts by band have whatever bands there are."""
    if isinstance(value, dict):
        return {key: "bands" if key in {"own", "found"} else shape(held) for key, held in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
