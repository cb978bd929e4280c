"""Rollups: whatever moves an assessment, or what it hangs on, moves the sums with it, in the same transaction."""

from datetime import timedelta
from typing import Any

from assessments.models import About, Assessment, Finding, Rollup
from assessments.rules import Band, Outcome
from assessments.services import cycle, rollups
from assessments.workflow import Move, Stage
from departments.models import Department, Trust
from tests.conftest import make_person


def told(about: str, *keys: str) -> dict[tuple[Any, ...], int]:
    """Assessments by subject, within and level, of one kind."""
    rows = Rollup.objects.filter(about=about).summed("subject", "within", *keys)
    return {(row["subject"], row["within"], *(row[key] for key in keys)): row["all_assessments"] for row in rows}


def test_nothing_is_told_of_what_the_body_does_not_know_of(preparing, people):
    assert not Rollup.objects.exists()
    cycle.go(assessment=preparing, move=Move.WITHDRAW, by=people["lead"], reason="The department merges.")
    assert not Rollup.objects.exists()
    assert rollups.sums_that_differ() == []


def test_each_move_takes_an_assessment_from_one_sum_to_the_next(submitted, people):
    assert told(About.STAGE) == {("London", Stage.SUBMITTED): 1}
    assert told(About.WORKLOAD) == {}
    cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])
    assert told(About.STAGE) == {("London", Stage.DESK_REVIEW): 1}
    assert told(About.WORKLOAD) == {(str(people["assessor"].pk), Stage.DESK_REVIEW): 1}


def test_what_is_decided_counts_by_criterion_element_assessor_and_position(decided, people):
    assessor = str(people["assessor"].pk)
    assert told(About.STAGE) == {("London", Stage.DECIDED): 1}
    assert told(About.WORKLOAD) == {(assessor, Stage.DECIDED): 1}
    assert told(About.OUTCOME) == {("London", Outcome.AWARD): 1}
    assert told(About.POSITION, "level") == {("320", "acute", 94): 1}  # 54 of 57
    bands = Rollup.objects.filter(about=About.CRITERION).summed("subject").values_list(
        "subject", "all_compliance_plus", "all_compliant", "all_partially_compliant"
    )  # fmt: skip
    assert {number: tuple(counts) for number, *counts in bands} == {
        number: tuple(tally["found"].get(band, 0) for band in ("compliance_plus", "compliant", "partially_compliant"))
        for number, tally in decided.tallies.items()
    }
    assert told(About.ASSESSOR) == {(assessor, "320"): 1}
    weak = Rollup.objects.filter(about=About.ELEMENT, partially_compliant=1).values_list("subject", flat=True)
    found = Finding.objects.filter(assessment=decided, band=Band.PARTIALLY_COMPLIANT)
    assert sorted(weak) == sorted(str(pk) for pk in found.values_list("element", flat=True))
    assert rollups.sums_that_differ() == []


def test_an_appeal_keeps_what_was_decided_and_one_that_is_allowed_takes_it_back(appealed, certifier_too):
    assert told(About.STAGE) == {("London", Stage.APPEALED): 1}
    assert told(About.OUTCOME) == {("London", Outcome.AWARD): 1}
    cycle.go(assessment=appealed, move=Move.ALLOW_APPEAL, by=certifier_too, reason="It was not looked at.")
    assert told(About.STAGE) == {("London", Stage.DESK_REVIEW): 1}
    assert [told(about) for about in (About.OUTCOME, About.ELEMENT, About.POSITION, About.FUNCTION)] == [{}] * 4
    assert rollups.sums_that_differ() == []


def test_a_bulk_update_and_another_year_are_counted_too(in_review):
    Assessment.objects.update(opened_at=in_review.opened_at - timedelta(days=800), assessor=make_person("another"))
    years = set(Rollup.objects.summed("year").values_list("year", flat=True))
    assert years == {(in_review.opened_at - timedelta(days=800)).year}
    assert rollups.sums_that_differ() == []


def test_a_trust_or_department_that_moves_takes_its_assessments_along(decided, standard):
    Trust.objects.filter(pk=decided.department.trust_id).update(region="Midlands", type="community")
    assert told(About.STAGE) == {("Midlands", Stage.DECIDED): 1}
    Department.objects.filter(pk=decided.department_id).update(treatment_function=None, is_corporate=True)
    assert told(About.POSITION) == {}
    assert told(About.FUNCTION) == {("", ""): 1}
    assert rollups.sums_that_differ() == []


def test_folding_leaves_one_row_for_each_sum_and_none_of_nothing(appealed):
    before = list(Rollup.objects.summed("about", "subject", "within", "level").order_by("about", "subject", "within"))
    assert Rollup.objects.filter(about=About.STAGE).count() > 2
    assert rollups.fold()
    assert list(
        Rollup.objects.summed("about", "subject", "within", "level").order_by("about", "subject", "within")
    ) == (before)
    assert Rollup.objects.count() == len(before)
    assert rollups.sums_that_differ() == []


def test_a_wrong_sum_is_found_and_all_are_written_anew(decided):
    Rollup.objects.filter(about=About.STAGE).delete()
    Rollup.objects.filter(about=About.ELEMENT).update(compliant=7)
    differ = rollups.sums_that_differ()
    assert any("stage" in words and "assessments 0 for 1" in words for words in differ)
    assert any("element" in words and "compliant 7 for" in words for words in differ)
    rollups.rebuild()
    assert rollups.sums_that_differ() == []


def test_certifiers_see_the_sums_of_their_own_body(decided, people):
    assert Rollup.objects.visible_to(people["certifier"]).exists()
    for who in ("certifier.elsewhere", "assessor", "executive", "lead", "stranger"):
        assert not Rollup.objects.visible_to(people[who]).exists()
