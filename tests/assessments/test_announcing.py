"""Who is told what when an assessment moves on: by the table, each once, never of one's own move, never too much."""

import re

import pytest

from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.announcing import TOLD
from assessments.workflow import Move
from departments.access import Action, may, who_may
from departments.models import Membership, Notice
from departments.rules import NoticeKind, Way
from departments.services import mailing
from reports.services import decisions
from tests.test_doors import EVERYBODY

OF_THE_DEPARTMENT = ("lead", "contributor", "executive")


@pytest.fixture
def told(people):
    """Who was told since, and what: `{who: notice}`."""

    def read(*, since: int = 0) -> dict[str, Notice]:
        names = {person.pk: who for who, person in people.items()}
        return {names[notice.to_id]: notice for notice in Notice.objects.filter(pk__gt=since).order_by("pk")}

    return read


def newest() -> int:
    return max(Notice.objects.values_list("pk", flat=True), default=0)


def test_the_table_says_of_every_move_who_is_told():
    assert set(TOLD) == set(Move)
    assert [move for move in Move if not TOLD[move]] == [Move.DRAFT]


def test_every_service_that_takes_a_move_lets_it_arrive(root):
    for file in (root / "assessments/services").rglob("*.py"):
        text = file.read_text()
        taken = len(re.findall(r"(?<!def )\btake\(assessment", text))
        assert taken == len(re.findall(r"(?<!def )\barrive\(assessment", text)), file


@pytest.mark.parametrize("action", list(Action))
def test_who_may_is_what_may_says_of_each(action, in_review, people):
    named = {person.pk for person in who_may(action, in_review)}
    assert named == {people[who].pk for who in EVERYBODY if may(people[who], action, in_review)}


def test_who_lost_a_role_or_whose_account_is_closed_may_no_more(in_review, people):
    Membership.objects.filter(user=people["lead"]).delete()
    people["contributor"].is_active = False
    people["contributor"].save()
    assert not who_may(Action.WRITE_STATEMENT, in_review).exists()


def test_a_submission_asks_the_body_for_an_assessor(submitted, told):
    assert {who: notice.subject for who, notice in told().items()} == {
        "certifier": "Cardiology: an assessor to assign",
        "contributor": "Cardiology: submitted",
    }
    assert told()["certifier"].path == f"/assessments/{submitted.pk}/assign/"


def test_who_is_assigned_and_the_lead_are_told(submitted, people, told):
    since = newest()
    cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])
    since_then = told(since=since)
    assert set(since_then) == {"assessor", "lead"}
    assert since_then["assessor"].words == (
        "Certifier has assigned Recertification 2026 of Cardiology to you. Declare your interests first."
    )
    assert since_then["lead"].words == "Assessor assesses Recertification 2026 of Cardiology."


def test_a_draft_to_check_goes_at_once_with_its_date(in_factual_check, told):
    notice = told()["lead"]
    assert notice.kind == NoticeKind.CHALLENGE
    assert (notice.way, notice.due_on) == (Way.AT_ONCE, in_factual_check.facts_due_on)
    mailing.send_notice(pk=notice.pk)
    notice.refresh_from_db()
    assert notice.email is not None
    assert notice.email.subject.startswith("Cardiology: check the facts of the draft report, by ")


def test_a_department_is_not_told_what_is_between_assessor_and_body(proposed, people, told):
    since = newest()
    cycle.go(assessment=proposed, move=Move.SEND_BACK, by=people["certifier"], reason="4.3.5 is thin.")
    assert set(told(since=since)) == {"assessor"}
    assert not any("thin" in told()[who].words for who in OF_THE_DEPARTMENT if who in told())


def test_everybody_hears_of_a_decision_once_but_who_made_it(proposed, people, told):
    since = newest()
    decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])
    assert set(told(since=since)) == {*OF_THE_DEPARTMENT, "assessor"}
    assert Notice.objects.filter(pk__gt=since).count() == 4
    assert told(since=since)["executive"].words == "Recertification 2026 of Cardiology is decided: Award."


def test_an_appeal_is_told_with_its_reason_to_the_body_alone(decided, people, told):
    since = newest()
    cycle.go(assessment=decided, move=Move.APPEAL, by=people["lead"], reason="4.3.5 was not looked at.")
    since_then = told(since=since)
    assert set(since_then) == {"certifier", "assessor", "contributor", "executive"}
    assert [who for who, notice in since_then.items() if "not looked at" in notice.words] == ["certifier"]


def test_a_move_that_is_recorded_as_it_once_was_tells_nobody(written, people, told):
    cycle.submit(assessment=written, by=people["lead"], at=written.opened_at)
    assert told() == {}


def test_nobody_outside_is_ever_told(appealed):
    emails = Notice.objects.values_list("to__email", flat=True)
    assert emails
    assert not [email for email in emails if re.search("elsewhere|stranger|unassigned|administrator", email)]
