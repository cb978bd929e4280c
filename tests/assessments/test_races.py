"""Two people at the same moment, in real transactions: one of them waits, and nothing is overwritten or done twice."""

from functools import partial

import pytest

from assessments.models import Finding, StageMove, Statement
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.evidence import use_evidence
from assessments.services.refusals import SavedByAColleague
from assessments.services.writing import save_finding, save_statement
from assessments.workflow import Move
from reports.models import Report
from reports.services import decisions
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_saves_of_one_statement(preparing, people):
    statement = Statement.objects.get(assessment=preparing, element__number="4.3.4")
    words = {"band": "compliant", "tell_me": ""}
    results = at_once(
        lambda: save_statement(statement=statement, version=0, by=people["lead"], text="The lead's.", **words),
        lambda: save_statement(statement=statement, version=0, by=people["contributor"], text="Another's.", **words),
    )
    assert results == ["SavedByAColleague", "done"]
    assert Statement.objects.get(pk=statement.pk).version == 1


def test_a_save_while_a_colleague_submits(written, people):
    statement = Statement.objects.get(assessment=written, element__number="4.3.4")
    at_once(
        lambda: cycle.submit(assessment=written, by=people["lead"]),
        lambda: save_statement(
            statement=statement, version=1, by=people["contributor"], text="Late.", band="compliant", tell_me=""
        ),
    )
    submitted = StageMove.objects.filter(assessment=written).exists()
    late = Statement.objects.get(pk=statement.pk)
    # Whoever came first, nothing unfinished was submitted: "Late." has neither evidence nor a note for the visit.
    assert submitted != (late.text == "Late.")


def test_one_decision_however_often_it_is_pressed(proposed, people):
    results = at_once(
        *[lambda: decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])] * 3
    )
    assert results.count("done") == 1
    assert Report.objects.count() == 1
    assert StageMove.objects.filter(assessment=proposed, move="decide").count() == 1


def test_an_appeal_while_a_colleague_opens_the_next(decided, people):
    lead = people["lead"]
    results = at_once(
        lambda: cycle.go(assessment=decided, move=Move.APPEAL, by=lead, reason="Nobody looked at our boards."),
        lambda: cycle.open_assessment(department=decided.department, title="Annual review 1", by=lead),
    )
    assert len(results) == 2, "One of them was ended by the database."
    assert results.count("done") == 1


def test_assigning_twice_makes_each_finding_once(submitted, people):
    at_once(*[lambda: cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])] * 2)
    assert Finding.objects.filter(assessment=submitted).count() == 57


def test_evidence_put_to_elements_by_two_people_is_counted_right(evidence_in_preparation, preparing, people):
    elements = list(preparing.standard.elements.all()[:10])
    at_once(
        *[
            lambda: use_evidence(
                assessment=preparing, evidence=evidence_in_preparation, elements=elements, by=people["lead"]
            )
        ]
        * 2
    )
    counts = Statement.objects.filter(assessment=preparing, element__in=elements).values_list(
        "evidence_count", flat=True
    )
    assert set(counts) == {1}


def test_fifty_rounds_of_two_assessors_lose_no_text_show_every_conflict_and_are_all_remembered(in_review, people):
    """Each writes from the page that they have; who comes second is shown the other's words, and then saves again."""
    finding = Finding.objects.get(assessment=in_review, element__number="4.3.4")
    others = {"band": "", "strengths": "", "improvement": "", "good_practice": False}
    shown: list[str] = []

    def write(who: str, words: str, version: int) -> None:
        try:
            save_finding(finding=finding, version=version, by=people[who], narrative=words, **others)
        except SavedByAColleague as error:
            shown.append(error.row.narrative)
            both = f"{error.row.narrative} {words}"
            save_finding(finding=finding, version=error.row.version, by=people[who], narrative=both, **others)

    for turn in range(50):
        version = Finding.objects.get(pk=finding.pk).version
        one, other = f"One {turn}.", f"Other {turn}."
        results = at_once(
            partial(write, "assessor", one, version), partial(write, "assessor.unassigned", other, version)
        )
        assert results == ["done", "done"]
        stands = Finding.objects.get(pk=finding.pk).narrative
        assert sorted(stands.split(". ")) in (sorted([one[:-1], other]), sorted([one, other[:-1]]))
    assert len(shown) == 50
    saves = finding.events.filter(pgh_label="update").order_by("pgh_id")  # type: ignore[attr-defined]
    history = list(saves.values_list("version", "narrative", "edited_by"))
    assert [version for version, _, _ in history] == list(range(1, 101))
    said = [narrative for _, narrative, _ in history]
    assert [words for words in shown if words not in said] == []
    assert {who for _, _, who in history} == {people["assessor"].pk, people["assessor.unassigned"].pk}
