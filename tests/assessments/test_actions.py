"""Actions: made by the decision, planned and completed by the department, checked by a reviewer, carried along."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.improving import ActionKind, ActionMove, ActionState
from assessments.models import ActionStep, Assessment, CorrectiveAction, EvidenceVersion, Finding
from assessments.rules import Band, Outcome
from assessments.services import actions, cycle
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.workflow import Move, Stage
from departments.models import Membership, Notice
from departments.rules import Role
from tests.conftest import make_link, make_person
from tests.races import at_once

YESTERDAY = timezone.localdate() - timedelta(days=1)
IN_A_MONTH = timezone.localdate() + timedelta(days=30)


def url(name, row):
    return reverse(f"assessments:{name}", args=[row.pk])


def plan(action, people, *, version=None, by="lead", **words):
    said = {"plan": "We will.", "owner": None, "owner_post": "", "due_on": None, **words}
    row = CorrectiveAction.objects.get(pk=action.pk)
    return actions.plan_action(action=row, version=row.version if version is None else version, by=people[by], **said)


# --- Made by the decision
def test_a_decision_makes_one_action_for_each_finding_below_compliant(decided):
    rows = CorrectiveAction.objects.filter(assessment=decided).order_by("element__position")
    assert [row.element.number for row in rows] == ["2.2.3", "3.2.2", "4.3.5"]
    assert {(row.kind, row.improvement, row.state) for row in rows} == {("corrective", "Do this for all.", "open")}
    assert {step.by.email for step in ActionStep.objects.all()} == {"certifier@example.org"}


def test_what_must_improve_stands_as_it_was_found_and_no_finding_has_two_actions(decided, people):
    finding = Finding.objects.get(assessment=decided, element__number="4.3.5")
    again = actions.action_of_finding(finding=finding, by=people["lead"])
    assert again.kind == ActionKind.CORRECTIVE
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectiveAction.objects.create(
            department=decided.department, element=finding.element, finding=finding, kind="corrective", improvement="x"
        )


def decide_again(decided, people, **bands):
    """The appeal is allowed, findings change, and it is decided again."""
    Assessment.objects.filter(pk=decided.pk).update(stage=Stage.APPEALED)
    assessment = cycle.go(
        assessment=decided, move=Move.ALLOW_APPEAL, by=make_certifier(decided), reason="Look at it again."
    )
    for number, band in bands.items():
        Finding.objects.filter(assessment=assessment, element__number=number).update(band=band)
    actions.actions_of_findings(assessment=assessment, by=people["certifier"])


def make_certifier(assessment):
    return make_person("other.certifier", (Role.CERTIFIER, assessment.body))


def test_decided_again_after_an_appeal_there_are_no_duplicates_and_raised_findings_close_theirs(decided, people):
    decide_again(decided, people, **{"4.3.5": Band.COMPLIANT, "2.2.3": Band.NON_COMPLIANT})
    states = dict(CorrectiveAction.objects.values_list("element__number", "state"))
    assert states == {"2.2.3": "open", "3.2.2": "open", "4.3.5": "closed"}
    closed = CorrectiveAction.objects.get(state=ActionState.CLOSED)
    assert closed.steps.filter(reason=actions.RAISED).count() == 1
    Finding.objects.filter(action=closed).update(band=Band.PARTIALLY_COMPLIANT, improvement="Do it weekly.")
    actions.actions_of_findings(assessment=decided, by=people["certifier"])
    closed.refresh_from_db()
    assert (closed.state, closed.improvement) == (ActionState.OPEN, "Do it weekly.")
    assert CorrectiveAction.objects.count() == 3


def test_an_area_for_improvement_becomes_an_action_with_one_button(signed_in, proposed, people):
    Finding.objects.filter(assessment=proposed, element__number="4.3.4").update(improvement="Say it in Turkish too.")
    cycle.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"])
    address = reverse("assessments:action_make", args=[proposed.pk, "4.3.4"])
    around = reverse("assessments:element_around", args=[proposed.pk, "4.3.4"])
    client = signed_in("lead")
    assert address in client.get(around).text
    assert address not in signed_in("contributor").get(around).text
    for _ in range(2):
        client.post(address)
    action = CorrectiveAction.objects.get(element__number="4.3.4")
    assert (action.kind, action.improvement) == (ActionKind.IMPROVEMENT, "Say it in Turkish too.")
    page = client.get(around).text
    assert address not in page
    assert url("action", action) in page


def test_where_nothing_is_to_improve_the_button_says_so(signed_in, decided):
    answer = signed_in("lead").post(reverse("assessments:action_make", args=[decided.pk, "4.3.4"]), follow=True)
    assert "names no area for improvement" in answer.text


# --- Planned
def test_the_lead_plans_and_chooses_owner_and_day(signed_in, action, people):
    words = {"plan": "Ask everybody 🙂 مرحبا", "owner": people["contributor"].pk, "due_on": IN_A_MONTH, "version": 0}
    answer = signed_in("lead").post(url("action_plan", action), words, follow=True)
    assert "The plan is saved." in answer.text
    action.refresh_from_db()
    assert (action.owner, action.due_on, action.version) == (people["contributor"], IN_A_MONTH, 1)
    notice = Notice.objects.get(to=people["contributor"], kind="action")
    assert notice.due_on == IN_A_MONTH
    assert notice.path == url("action", action)


def test_a_contributor_helps_with_the_plan_alone(signed_in, action, people):
    client = signed_in("contributor")
    assert 'name="due_on"' not in client.get(url("action_plan", action)).text
    client.post(url("action_plan", action), {"plan": "Ours.", "due_on": IN_A_MONTH, "version": 0})
    action.refresh_from_db()
    assert (action.plan, action.due_on) == ("Ours.", None)


def test_a_day_that_has_passed_is_refused_beside_its_field_and_one_that_stands_is_kept(signed_in, action, people):
    words = {"plan": "Soon.", "due_on": YESTERDAY, "version": 0}
    page = signed_in("lead").post(url("action_plan", action), words).text
    assert "Choose a day that has not passed" in page
    assert "Soon." in page
    CorrectiveAction.objects.filter(pk=action.pk).update(due_on=YESTERDAY)
    assert plan(action, people, due_on=YESTERDAY).plan == "We will."


def test_an_owner_is_a_person_or_a_post_and_holds_a_role_here(action, people):
    with pytest.raises(Refused, match="not both"):
        plan(action, people, owner=people["lead"], owner_post="Matron")
    with pytest.raises(Refused, match="holds no role"):
        plan(action, people, owner=people["lead.elsewhere"])


def test_an_owner_who_has_left_is_pointed_out_to_the_lead(signed_in, action, people):
    plan(action, people, owner=people["contributor"])
    assert "has left" not in signed_in("lead").get(url("action", action)).text
    Membership.objects.filter(user=people["contributor"]).update(valid_until=timezone.now())
    assert "has left the department" in signed_in("lead").get(url("action", action)).text
    assert "has left: choose an owner" in signed_in("lead").get(url("actions", action.department)).text
    assert "Choose who answers for 3 actions" in signed_in("lead").get("/").text


def test_a_stale_save_shows_both_texts(signed_in, action, people):
    plan(action, people, plan="A colleague’s plan.", by="contributor")
    page = signed_in("lead").post(url("action_plan", action), {"plan": "My own plan.", "version": 0}).text
    assert "A colleague’s plan." in page
    assert "My own plan." in page
    assert "saved this action after you opened it" in page


def test_sixty_thousand_characters_are_a_plan_and_far_more_are_kept_in_the_form_with_what_is_wrong(signed_in, action):
    client, long = signed_in("lead"), ("word " * 12_000).strip()
    client.post(url("action_plan", action), {"plan": long, "version": 0})
    action.refresh_from_db()
    assert action.plan == long
    page = client.post(url("action_plan", action), {"plan": long * 2, "version": action.version}).text
    assert "word word" in page
    assert "100,000" in page


# --- Completed
def test_it_is_completed_with_words_or_evidence_and_not_without(signed_in, action, people):
    client = signed_in("lead")
    page = client.post(url("action_done", action), {"done": "", "codes": "", "version": 0, "complete": "1"}).text
    assert "Say what has been done, or name the evidence" in page
    evidence = make_link(action.department, people["lead"], number=7)
    client.post(url("action_done", action), {"done": "", "codes": "es 7", "version": 0, "complete": "1"})
    action.refresh_from_db()
    assert (action.state, action.completed_by) == (ActionState.COMPLETED, people["lead"])
    assert list(action.evidence.all()) == [evidence.current]


def test_a_code_that_is_not_there_is_refused_beside_the_field(signed_in, action):
    page = signed_in("lead").post(url("action_done", action), {"done": "Done.", "codes": "ES 9", "version": 0}).text
    assert "no evidence with the code ES 9" in page


def test_a_contributor_saves_what_is_done_and_does_not_complete_it(signed_in, action):
    client = signed_in("contributor")
    words = {"done": "Signs are up.", "codes": "", "version": 0}
    assert client.post(url("action_done", action), words).status_code == 302
    assert client.post(url("action_done", action), {**words, "version": 1, "complete": "1"}).status_code == 403


def test_completing_twice_is_kind(signed_in, completed_action):
    words = {"done": "Again.", "codes": "", "version": 0, "complete": "1"}
    page = signed_in("lead").post(url("action_done", completed_action), words, follow=True).text
    assert "You have completed this action already" in page
    assert completed_action.steps.filter(move=ActionMove.COMPLETED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_completed_by_ten_at_once_it_is_completed_once(action, people):
    actions.say_what_is_done(action=action, version=0, done="Done.", evidence=[], by=people["lead"])
    results = at_once(*[lambda: actions.complete_action(action=action, by=people["lead"])] * 10)
    assert results == ["done"] * 10
    assert action.steps.filter(move=ActionMove.COMPLETED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_plans_at_once_one_is_kept_and_the_other_told(action, people):
    one, other = (
        lambda words=words: actions.plan_action(action=action, version=0, plan=words, by=people["lead"])
        for words in ("One.", "Other.")
    )
    assert at_once(one, other) == ["SavedByAColleague", "done"]


# --- Checked
def test_the_assessor_reads_what_shows_it_and_accepts(signed_in, action, people):
    evidence = make_link(action.department, people["lead"], number=7)
    actions.say_what_is_done(action=action, version=0, done="", evidence=[evidence], by=people["lead"])
    seen = EvidenceVersion.objects.visible_to(people["assessor"])
    assert evidence.current not in seen
    actions.complete_action(action=action, by=people["lead"])
    assert evidence.current in EvidenceVersion.objects.visible_to(people["assessor"])
    assert evidence.current not in EvidenceVersion.objects.visible_to(people["assessor.unassigned"])
    assert evidence.current not in EvidenceVersion.objects.visible_to(people["certifier.elsewhere"])
    assert signed_in("assessor").get(url("version_state", evidence.current)).status_code in (200, 404)
    answer = signed_in("assessor").post(url("action_check", action), {"reason": "", "accept": "1"}, follow=True)
    assert "Accepted. The action is done." in answer.text
    action.refresh_from_db()
    assert (action.state, action.checked_by) == (ActionState.CHECKED, people["assessor"])
    assert Notice.objects.filter(to=people["lead"], subject__contains="is done").exists()


def test_it_is_returned_with_a_reason_and_can_be_completed_again(signed_in, completed_action, people):
    client = signed_in("assessor")
    assert "Say what is still missing" in client.post(url("action_check", completed_action), {"reason": " "}).text
    client.post(url("action_check", completed_action), {"reason": "Show the numbers."})
    completed_action.refresh_from_db()
    assert completed_action.state == ActionState.RETURNED
    page = signed_in("lead").get(url("action", completed_action)).text
    assert "Show the numbers." in page
    actions.complete_action(action=completed_action, by=people["lead"])
    assert Notice.objects.filter(to=people["assessor"], kind="action").count() == 2


def test_nothing_is_checked_before_it_is_completed_nor_twice_nor_by_who_completed_it(action, people):
    with pytest.raises(Refused, match="nothing to check yet"):
        actions.check_action(action=action, by=people["assessor"])
    actions.say_what_is_done(action=action, version=0, done="Done.", evidence=[], by=people["lead"])
    actions.complete_action(action=action, by=people["lead"])
    with pytest.raises(Refused, match="somebody else"):
        actions.check_action(action=action, by=people["lead"])
    actions.check_action(action=action, by=people["certifier"])
    with pytest.raises(Refused, match="nothing left to check"):
        actions.return_action(action=action, reason="No.", by=people["assessor"])
    with pytest.raises(Refused, match="done and checked"):
        plan(action, people)


def test_the_database_forbids_half_a_check_and_a_removal(completed_action):
    rows = CorrectiveAction.objects.filter(pk=completed_action.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=ActionState.CHECKED)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=ActionState.OPEN)
    with pytest.raises(Exception, match="an_action_is_never_removed"), transaction.atomic():
        rows._raw_delete(rows.db)


# --- Listed, and carried along
def test_the_list_is_filtered_and_costs_the_same_at_any_size(signed_in, action, people):
    CorrectiveAction.objects.filter(pk=action.pk).update(due_on=YESTERDAY)
    client, address = signed_in("lead"), url("actions", action.department)
    counts = {show: client.get(address, {"show": show}).text.count('role="rowheader"') for show in
              ("", "open", "overdue", "check", "done", "nonsense")}  # fmt: skip
    assert counts == {"": 3, "open": 3, "overdue": 1, "check": 0, "done": 0, "nonsense": 3}
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for element in action.element.standard.elements.all():
        actions.make_action(
            department=action.department, element=element, improvement="Better.", kind="improvement", by=people["lead"]
        )
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).text
    assert "60 actions" in page
    assert len(few) == len(many) == 5


def test_the_next_review_lists_what_is_open_and_its_assessor_checks_it(signed_in, action, people, here):
    following = cycle.open_assessment(department=here.department, title="Annual review", by=people["lead"])
    assert "3 actions to be finished" in signed_in("lead").get(url("detail", following)).text
    around = reverse("assessments:element_around", args=[following.pk, "4.3.5"])
    assert url("action", action) in signed_in("lead").get(around).text
    client = signed_in("assessor.unassigned")
    assert client.get(url("action", action)).status_code == 404
    Assessment.objects.filter(pk=following.pk).update(
        stage=Stage.DESK_REVIEW, submitted_at=timezone.now(), assigned_at=timezone.now(),
        assessor=people["assessor.unassigned"],
    )  # fmt: skip
    assert client.get(url("action", action)).status_code == 200
    assert "3 actions to be finished" in client.get(url("detail", following)).text
    assert client.get(url("assessment_actions", following)).text.count('role="rowheader"') == 3
    actions.say_what_is_done(action=action, version=0, done="Done.", evidence=[], by=people["lead"])
    actions.complete_action(action=action, by=people["lead"])
    assert "Check the action on 4.3.5" in client.get("/").text
    client.post(url("action_check", action), {"accept": "1"})
    action.refresh_from_db()
    assert action.state == ActionState.CHECKED


def test_the_decided_assessment_leads_to_its_actions(signed_in, action):
    page = signed_in("executive").get(url("detail", action.assessment)).text
    assert url("assessment_actions", action.assessment) in page
    assert "3 actions" in page


def test_what_is_overdue_is_on_home_and_on_the_dashboard(signed_in, action):
    CorrectiveAction.objects.update(due_on=YESTERDAY)
    address = f"{url('actions', action.department)}?show=overdue"
    for who in ("lead", "executive"):
        page = signed_in(who).get("/").text
        assert "3 overdue actions" in page
        assert address in page
    assert "overdue actions" not in signed_in("contributor").get("/").text
    board = signed_in("executive").get("/trusts/RKE/dashboard/").text
    assert "3 overdue actions" in board
    assert address in board


def test_nobody_is_told_of_actions_across_a_wall(action, people):
    for who in ("lead.elsewhere", "executive.elsewhere", "certifier.elsewhere", "assessor.unassigned", "stranger"):
        assert not CorrectiveAction.objects.visible_to(people[who]).exists()
    assert CorrectiveAction.objects.visible_to(people["certifier"]).count() == 3


def test_a_stale_save_of_what_is_done_is_refused(action, people):
    actions.say_what_is_done(action=action, version=0, done="One.", evidence=[], by=people["lead"])
    with pytest.raises(SavedByAColleague):
        actions.say_what_is_done(action=action, version=0, done="Two.", evidence=[], by=people["contributor"])
