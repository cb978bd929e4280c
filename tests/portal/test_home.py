"""Home: each role meets what waits for it, and only that; nobody is left without a word on what comes next."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Statement
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.workflow import Kind, Move
from departments.models import CertificationBody, Department, Invitation, Membership, Trust
from departments.rules import NoticeKind, Role
from departments.services.notices import notify
from portal.dashboards import words
from portal.dashboards.asked import Asked, pressing_words, urgency
from tests.conftest import make_person

EVERY_ROLE = ["lead", "contributor", "executive", "administrator", "assessor", "certifier"]
# session, person, assessments, patients in files, notices, edits, declarations, visits, one's own actions and those to
# check; then everything that is asked together
MOST_QUERIES = 11


@pytest.mark.parametrize("who", EVERY_ROLE)
def test_every_role_has_a_home(signed_in, who):
    page = signed_in(who).get("/")
    assert page.status_code == 200
    assert "What waits for you" in page.text


def test_who_has_no_role_is_told_how_to_come_by_one(signed_in):
    page = signed_in("stranger").get("/")
    assert page.status_code == 200
    assert "You have no role yet" in page.text
    assert signed_in("stranger").get("/assessments/").status_code == 403
    assert "You have no role yet" in signed_in("stranger").get("/assessments/").text


def test_nobody_comes_in_without_signing_in(client):
    assert client.get("/").headers["Location"] == "/accounts/login/?next=%2F"


@pytest.mark.parametrize("who", ["lead.elsewhere", "executive.elsewhere", "certifier.elsewhere", "assessor.elsewhere"])
def test_another_trusts_people_see_nothing_of_it(signed_in, submitted, who):
    page = signed_in(who).get("/").text
    assert "Whittington" not in page
    assert submitted.title not in page


def test_a_lead_without_an_assessment_may_open_one(signed_in, here, standard):
    page = signed_in("lead").get("/").text
    assert f"/departments/{here.department.pk}/assessments/open/" in page
    assert "No assessment is under way in Cardiology" in page


def test_a_lead_is_asked_for_what_is_missing_and_sees_each_criterion(signed_in, preparing):
    page = signed_in("lead").get("/").text
    assert "Prepare the self-assessment: Cardiology" in page
    assert "57 of 57 elements still need something" in page
    assert page.count("<progress") == 5
    assert "0 of 11 ready" in page


def test_when_all_is_ready_the_lead_is_asked_to_submit_and_the_contributor_is_not(signed_in, written):
    assert "Submit the self-assessment" in signed_in("lead").get("/").text
    assert "Submit the self-assessment" not in signed_in("contributor").get("/").text


def test_what_was_returned_says_why(signed_in, submitted, people):
    reason = "Add the <survey> of 2026."
    cycle.go(assessment=submitted, move=Move.RETURN, reason=reason, by=people["certifier"])
    page = signed_in("lead").get("/").text
    assert "Put right what was returned" in page
    assert "Add the &lt;survey&gt; of 2026." in page


def test_after_submitting_the_lead_hears_what_comes_next(signed_in, submitted):
    page = signed_in("lead").get("/").text
    assert "Nothing is asked of you at the moment" in page
    assert "The certification body assigns an assessor." in page


def test_a_certifier_is_asked_to_assign_then_to_decide(signed_in, submitted, people):
    assert f"/assessments/{submitted.pk}/assign/" in signed_in("certifier").get("/").text


def test_a_certifier_is_asked_to_decide(signed_in, proposed):
    page = signed_in("certifier").get("/").text
    assert f"/assessments/{proposed.pk}/decide/" in page
    assert "proposes: award" in page


def test_an_assessor_sees_how_far_the_findings_are(signed_in, in_review):
    page = signed_in("assessor").get("/").text
    assert "Record your findings: Cardiology" in page
    assert "0 of 57 rated" in page
    assert "0 of 13 rated" in page
    assert "Nothing waits for you" in signed_in("assessor.unassigned").get("/").text


def test_what_was_sent_back_says_why(signed_in, proposed, people):
    cycle.go(assessment=proposed, move=Move.SEND_BACK, reason="Say more on 4.3.5.", by=people["certifier"])
    page = signed_in("assessor").get("/").text
    assert "Look at the findings again" in page
    assert "Say more on 4.3.5." in page


def test_when_all_is_rated_the_assessor_is_asked_to_send_the_draft_and_then_to_propose(signed_in, drafted, people):
    assessor = signed_in("assessor")
    assert f"/assessments/{drafted.pk}/summary/" in assessor.get("/").text
    sent = cycle.send_draft(assessment=drafted, outcome=Outcome.AWARD, by=people["assessor"])
    assert "Propose an outcome" not in assessor.get("/").text
    cycle.finish_fact_check(assessment=sent, by=people["lead"])
    assert f"/assessments/{drafted.pk}/propose/" in assessor.get("/").text


def test_an_executive_sees_what_is_due(signed_in, preparing):
    due = timezone.localdate() - timedelta(days=6)
    Assessment.objects.filter(pk=preparing.pk).update(due_on=due)
    page = signed_in("executive").get("/").text
    assert "Self-assessment due: Cardiology" in page
    assert "Overdue by 6 days" in page


def test_an_administrator_is_asked_for_leads_and_open_invitations(signed_in, here, people):
    client = signed_in("administrator")
    assert "Nothing waits for you" in client.get("/").text
    Membership.objects.filter(role=Role.LEAD, department=here.department).update(valid_until=timezone.now())
    Invitation.objects.create(
        email="new@example.org", role=Role.LEAD, department=here.department, token_sha256="1",
        invited_by=people["administrator"], expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    page = client.get("/").text
    assert "Invite a lead for Cardiology" in page
    assert "1 open invitation" in page
    assert "open invitation" not in signed_in("administrator.elsewhere").get("/").text


def test_a_new_lead_is_led_to_what_they_take_over(signed_in, here, people):
    assert "Read what you take over" not in signed_in("lead").get("/").text
    before = make_person("lead.before", (Role.LEAD, here.department))
    begun = timezone.now() - timedelta(days=400)
    Membership.objects.filter(user=before).update(valid_from=begun, valid_until=timezone.now())
    page = signed_in("lead").get("/").text
    assert "Read what you take over: Cardiology" in page
    assert f"You are its lead since {words.day(timezone.localdate())}" in page


def test_deadlines_are_told_in_words():
    today = date(2026, 11, 22)
    assert pressing_words(None, today) == ("", "No date set")
    assert pressing_words(date(2026, 11, 25), today) == ("", "Due in 3 days")
    assert pressing_words(date(2026, 11, 16), today) == ("red", "Overdue by 6 days")


def under_way(trust: Trust, body: CertificationBody, like: Assessment, number: int) -> None:
    for place in range(number):
        department = Department.objects.create(
            trust=trust, name=f"Ward {Department.objects.count()}-{place}", treatment_function_id="320"
        )
        Assessment.objects.create(
            department=department, standard=like.standard, body=body, tallies=like.tallies, opened_by=like.opened_by,
            kind=Kind.INITIAL, title="First", opened_at=timezone.now(),
        )  # fmt: skip


def test_home_costs_as_many_queries_and_the_same_sql_whatever_waits(client, here, body, preparing):
    everything = make_person("everything", (Role.LEAD, here.department), (Role.ADMINISTRATOR, here.trust),
                             (Role.EXECUTIVE, here.trust), (Role.CERTIFIER, body), (Role.ASSESSOR, body))  # fmt: skip
    client.force_login(everything)
    costs = []
    for more in (2, 30):
        under_way(here.trust, body, preparing, more)
        with CaptureQueriesContext(connection) as sent:
            assert client.get("/").status_code == 200
        costs.append((len(sent), sum(len(query["sql"]) for query in sent.captured_queries)))
    assert [number for number, _ in costs] == [MOST_QUERIES, MOST_QUERIES]
    assert abs(costs[0][1] - costs[1][1]) < 50


def test_what_waits_is_sorted_by_how_pressing_it_is():
    today = date(2026, 11, 22)
    days = {"far off": 90, "soon": 3, "overdue": -1, "undated": None, "long overdue": -40, "later": 30}
    waits = [
        Asked(title, "/", "", "", due=None if away is None else today + timedelta(days=away))
        for title, away in days.items()
    ]
    in_order = [one.title for one in sorted(waits, key=lambda one: urgency(one, today))]
    assert in_order == ["long overdue", "overdue", "soon", "later", "undated", "far off"]


# --- What is new
def tell(user, path: str, key: str) -> None:
    notify(to=[user], kind=NoticeKind.STAGE, subject=f"Matter {key}", words="Something happened.", path=path, key=key)


def test_what_is_new_is_shown_until_it_is_read(signed_in, people, preparing):
    tell(people["lead"], f"/assessments/{preparing.pk}/", "a")
    tell(people["contributor"], f"/assessments/{preparing.pk}/", "a")
    client = signed_in("lead")
    page = client.get("/")
    assert "Matter a" in page.text
    client.post("/notices/read/", {"until": page.context["newest"]})
    assert "Matter a" not in client.get("/").text
    assert "Matter a" in signed_in("contributor").get("/").text


def test_a_notice_is_not_shown_to_who_may_not_open_its_page(signed_in, people, preparing):
    for who in ("stranger", "lead.elsewhere", "certifier"):
        tell(people[who], f"/assessments/{preparing.pk}/", "a")
        assert "Matter a" not in signed_in(who).get("/").text


def test_what_colleagues_wrote_this_week_is_told_and_not_what_one_wrote_oneself(signed_in, people, preparing):
    for days, number in ((1, "1.1.1"), (2, "1.1.2"), (20, "1.1.3")):
        Statement.objects.filter(assessment=preparing, element__number=number).update(
            edited_by=people["contributor"], edited_at=timezone.now() - timedelta(days=days)
        )
    assert "Contributor edited 2 statements" in signed_in("lead").get("/").text
    assert "edited 2 statements" not in signed_in("contributor").get("/").text


def test_ten_notices_cost_one_query_more_than_none(signed_in, people, preparing):
    client = signed_in("lead")
    costs = []
    for number in (0, 1, 30):
        for place in range(number):
            tell(people["lead"], f"/assessments/{preparing.pk}/", f"{number}-{place}")
        with CaptureQueriesContext(connection) as sent:
            client.get("/")
        costs.append(len(sent))
    assert costs[1:] == [costs[0] + 1, costs[0] + 1]


# --- What each stage asks
@pytest.mark.parametrize(
    ("world", "who", "asked"),
    [
        ("in_review", "assessor", "Plan the visit: Cardiology"),
        ("visited", "assessor", "Begin the draft report: Cardiology"),
        ("in_factual_check", "lead", "Check the facts of the draft report: Cardiology"),
        ("paused", "certifier", "Resume when it can go on: Cardiology"),
    ],
)
def test_each_stage_asks_for_what_comes_next_of_who_may_do_it(request, signed_in, world, who, asked):
    row = request.getfixturevalue(world)
    line = next(one for one in signed_in(who).get("/").context["asked"] if one.title == asked)
    assert signed_in(who).get(line.url).status_code == 200
    for other in ("contributor", "executive", "assessor.unassigned", "certifier.elsewhere"):
        assert asked not in signed_in(other).get("/").text
    assert line.due == (row.facts_due_on if world == "in_factual_check" else None)


def test_an_administrator_is_asked_whose_wards_are_and_to_look_files_over(
    signed_in, undecided_place, unconfirmed_import
):
    page = signed_in("administrator").get(reverse("portal:home")).content.decode()
    assert "1 ward or site to decide" in page
    assert reverse("feedback:places", args=["RKE"]) in page
    assert "Look over and import: fft_inpatients.csv" in page
    assert "ward or site" not in signed_in("lead").get(reverse("portal:home")).content.decode()


def test_who_reads_of_one_trust_and_imports_for_another_is_asked_about_the_other_alone(
    signed_in, people, here, undecided_place, unconfirmed_import
):
    Membership.objects.create(user=people["administrator.elsewhere"], role=Role.EXECUTIVE, trust=here.trust)
    page = signed_in("administrator.elsewhere").get(reverse("portal:home")).content.decode()
    assert "ward or site" not in page
    assert "Look over and import" not in page
