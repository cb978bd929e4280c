"""How a department stood to the corporate statements goes into its next assessment, where corporate still speaks."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.alignment import Stance
from assessments.models import Assessment, CorporateStance, EvidenceUse, EvidenceVersion, Statement
from assessments.rules import Band, Outcome
from assessments.services import cycle
from assessments.services.corporate import inherit_evidence, take_stance
from assessments.services.renewal import what_comes_next, what_would_be_carried
from assessments.services.standard_file import read_standard
from assessments.services.standards import store_standard
from assessments.services.tallies import count
from assessments.workflow import Stage
from departments.models import Department
from tests.assessments.corporate_cast import NUMBER, element_of, make_corporate
from tests.assessments.small_standard import SMALL

SAID = "We answer every complaint within 25 days."
TODAY = date(2026, 11, 28)


def stand(assessment, people, stance=Stance.INHERITED, note="", *, number=NUMBER, version=0, seen=1):
    return take_stance(
        assessment=assessment, element=element_of(assessment, number), stance=stance, note=note, version=version,
        corporate_version=seen, by=people["contributor"],
    )  # fmt: skip


def decide(assessment, people):
    """Decided long ago, as the database wants it."""
    past = timezone.now() - timedelta(days=300)
    Assessment.objects.filter(pk=assessment.pk).update(
        stage=Stage.DECIDED, opened_at=past, decided_at=past, decided_by=people["certifier"], outcome=Outcome.AWARD,
        certified_until=past.date() + timedelta(days=1095), assessor=people["assessor"], assigned_at=past,
    )  # fmt: skip


def renew(assessment, people) -> Assessment:
    decide(assessment, people)
    return cycle.open_assessment(department=assessment.department, title="Annual review 1 2027", by=people["lead"])


def held(assessment, number=NUMBER) -> CorporateStance | None:
    return CorporateStance.objects.filter(assessment=assessment, statement__element__number=number).first()


def would_be_carried(department):
    proposed = what_comes_next(department)
    assert proposed is not None
    return what_would_be_carried(proposed, TODAY)


@pytest.mark.parametrize(
    ("stance", "note"),
    [(Stance.INHERITED, ""), (Stance.OVERRIDDEN, "We ring back."), (Stance.CONTRADICTED, "Not here.")],
)
def test_a_stance_is_carried_and_marked_with_who_chose_it_and_on_which_words(
    preparing, corporate, people, stance, note
):
    before = stand(preparing, people, stance, note)
    carried = held(renew(preparing, people))
    assert carried is not None
    assert (carried.stance, carried.note, carried.corporate_text) == (stance, note, SAID)
    assert (carried.by, carried.at, carried.corporate) == (people["contributor"], before.at, corporate.statement())
    assert carried.is_still_carried
    assert carried.statement.inherits == (stance == Stance.INHERITED)


def test_inherited_words_stand_for_the_new_statement_at_once(preparing, corporate, people):
    Statement.objects.filter(assessment=preparing, element__number=NUMBER).update(
        band=Band.COMPLIANT, tell_me="Ask the sister."
    )
    stand(preparing, people)
    again = renew(preparing, people)
    statement = Statement.objects.get(assessment=again, element__number=NUMBER)
    assert statement.missing == []
    assert statement.said == f"{SAID}\n(From the corporate assessment.)"
    assert again.tallies == count(again)


def test_it_is_confirmed_by_saving_it_as_it_is(signed_in, preparing, corporate, people):
    stand(preparing, people)
    again = renew(preparing, people)
    page = reverse("assessments:corporate", args=[again.pk, NUMBER])
    assert "From Recertification 2026, not changed since." in signed_in("lead").get(page).text
    data = {"stance": "inherited", "version": 1, "corporate_version": 1}
    assert signed_in("lead").post(page, data).status_code == 302
    confirmed = held(again)
    assert confirmed is not None
    assert (confirmed.is_still_carried, confirmed.by) == (False, people["lead"])
    assert "not changed since" not in signed_in("lead").get(page).text


def test_what_corporate_says_otherwise_by_now_is_to_be_read_again(signed_in, preparing, corporate, people):
    stand(preparing, people)
    corporate.says("Within 40 days.")
    again = renew(preparing, people)
    carried = held(again)
    assert carried is not None
    assert (carried.corporate_text, carried.corporate_version) == (SAID, 1)
    assert "read it again" in signed_in("lead").get(reverse("assessments:corporate", args=[again.pk, NUMBER])).text


def test_the_next_corporate_assessment_is_the_one_that_is_stood_to(preparing, corporate, people):
    stand(preparing, people)
    decide(corporate.assessment, people)
    newest = cycle.open_assessment(department=corporate.department, title="Corporate 2029", by=corporate.lead)
    Assessment.objects.filter(pk=newest.pk).update(stage=Stage.SUBMITTED)
    carried = held(renew(preparing, people))
    assert carried is not None
    assert carried.corporate.assessment == newest
    assert carried.is_still_carried


@pytest.mark.parametrize(
    ("stance", "text", "band", "is_carried"),
    [
        (Stance.INHERITED, "", Band.COMPLIANT, False),
        (Stance.CONTRADICTED, "", Band.COMPLIANT, True),
        (Stance.CONTRADICTED, "", "", False),
    ],
)
def test_where_corporate_speaks_no_more_nothing_is_carried(
    preparing, corporate, people, stance, text, band, is_carried
):
    stand(preparing, people, stance, "Not here.")
    corporate.says(text, band=band)
    again = renew(preparing, people)
    assert (held(again) is not None) == is_carried
    assert not Statement.objects.filter(assessment=again, inherits=True).exists()


def test_without_a_corporate_assessment_nothing_is_carried(preparing, corporate, people):
    stand(preparing, people)
    Assessment.objects.filter(pk=corporate.assessment.pk).update(stage=Stage.WITHDRAWN)
    assert held(renew(preparing, people)) is None


def test_another_trusts_corporate_words_are_never_stood_to(preparing, corporate, elsewhere, people):
    make_corporate(elsewhere.trust, said="Theirs.")
    stand(preparing, people)
    Assessment.objects.filter(pk=corporate.assessment.pk).update(stage=Stage.WITHDRAWN)
    again = renew(preparing, people)
    assert not CorporateStance.objects.filter(assessment=again).exists()


def stored(words, folder):
    (folder / "standard.yaml").write_text(words)
    return store_standard(written=read_standard(folder / "standard.yaml"), name="standard.yaml")[0]


def test_a_stance_follows_an_element_to_its_new_number(here, people, tmp_path):
    """Corporate is still assessed on the version before, of which one element is not in the new one."""
    stored(SMALL, tmp_path)
    department = Department.objects.create(trust=here.trust, name="Corporate services", is_corporate=True)
    corporate = cycle.open_assessment(department=department, title="Corporate", by=people["lead"])
    Statement.objects.filter(assessment=corporate).update(text="For all.", band=Band.COMPLIANT, version=1)
    first = cycle.open_assessment(department=here.department, title="First", by=people["lead"])
    for number in ("1.1.1", "1.1.2"):
        stand(first, people, number=number)
    newer = SMALL.replace("number: 1.1.1\n", "number: 1.1.3\n      was: 1.1.1\n")
    stored(newer.replace("number: 1.1.2\n", "number: 1.1.4\n      was: ''\n"), tmp_path)
    again = renew(first, people)
    carried = CorporateStance.objects.get(assessment=again)
    assert (carried.statement.element.number, carried.corporate.element.number) == ("1.1.3", "1.1.1")
    assert carried.corporate_text == "For all."


def test_the_corporate_departments_own_renewal_carries_none(corporate, people):
    decide(corporate.assessment, people)
    again = cycle.open_assessment(department=corporate.department, title="Corporate 2029", by=corporate.lead)
    assert not CorporateStance.objects.filter(assessment=again).exists()


def test_what_would_be_carried_is_what_is_carried(signed_in, preparing, corporate, evidence_in_preparation, people):
    stand(preparing, people)
    inherit_evidence(assessment=preparing, element=element_of(preparing), use=corporate.use().pk, by=people["lead"])
    Statement.objects.filter(assessment=preparing, element__number__in=["1.1.1", NUMBER]).update(text="Ours.")
    decide(preparing, people)
    told = would_be_carried(preparing.department)
    page = signed_in("lead").get(reverse("assessments:open", args=[preparing.department_id])).text
    assert "2 statements, how you stand to 1 corporate statement, and 1 piece of evidence" in page
    again = cycle.open_assessment(department=preparing.department, title="Again", by=people["lead"])
    assert told == {
        "statements": again.statements.exclude(text="").count(),
        "stances": CorporateStance.objects.filter(assessment=again).count(),
        "pieces": EvidenceUse.objects.filter(assessment=again).values("evidence").distinct().count(),
        "expired": [],
    }
    assert (told["statements"], told["stances"], told["pieces"]) == (2, 1, 1)


def test_what_is_out_of_date_is_named_and_not_counted(preparing, evidence_in_preparation, people):
    EvidenceVersion.objects.update(valid_until=date(2026, 3, 2))
    decide(preparing, people)
    told = would_be_carried(preparing.department)
    assert (told["pieces"], told["expired"]) == (0, [evidence_in_preparation])


def test_opening_costs_the_same_however_many_stances_are_carried(preparing, corporate, people):
    for number in ("1.1.1", "1.1.2", "1.1.3", NUMBER):
        corporate.says(f"What corporate does for {number}.", number=number)
        stand(preparing, people, number=number, seen=corporate.statement(number).version)
    decide(preparing, people)
    with CaptureQueriesContext(connection) as sent:
        cycle.open_assessment(department=preparing.department, title="Again", by=people["lead"])
    assert len(sent) < 40
    assert CorporateStance.objects.filter(carried=True).count() == 4
