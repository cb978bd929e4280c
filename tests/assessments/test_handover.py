"""Handover: a new lead reads what is due, what was said and who knows what; nobody else's words reach them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, EvidenceVersion, Statement
from assessments.services import cycle
from departments.models import Invitation, Membership, Notice, User
from departments.rules import Role
from departments.services import people as service
from tests.conftest import make_person

# session, person, department, assessments, queries, evidence, actions, findings, moves, members, statements, uses
MOST_QUERIES = 12


@pytest.fixture
def url(here) -> str:
    return reverse("assessments:handover", args=[here.department.pk])


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("executive", 200), ("contributor", 403), ("lead.elsewhere", 404), ("stranger", 404)],
)
def test_who_leads_or_watches_the_department_reads_it(signed_in, url, who, status):
    assert signed_in(who).get(url).status_code == status


def test_before_anything_was_done_the_page_says_so(signed_in, url):
    page = signed_in("lead").get(url).text
    assert "No assessment is under way." in page
    assert "Nothing has been decided about this department yet." in page
    assert "Nobody has written a statement" in page


def test_what_is_due_what_was_said_and_what_changed(signed_in, decided, people, url):
    cycle.open_assessment(
        department=decided.department, title="Annual review", due_on=date(2030, 3, 1), by=people["lead"]
    )
    page = signed_in("lead").get(url).text
    assert "Submit the self-assessment" in page
    assert "1 March 2030" in page
    assert "The certificate ends" in page
    assert "An award." in page
    assert page.count("Do this for all.") == 3
    assert "decided, by Certifier" in page


def test_nothing_of_a_draft_is_told(signed_in, drafted, url):
    page = signed_in("lead").get(url).text
    assert "Do this for all." not in page
    assert "An award." not in page


def test_who_knows_what_and_who_has_left(signed_in, evidence_in_preparation, preparing, people, url):
    for who, number in (("contributor", "1.1.1"), ("contributor", "1.1.2"), ("lead", "4.3.4")):
        Statement.objects.filter(assessment=preparing, element__number=number).update(
            edited_by=people[who], edited_at=timezone.now()
        )
    EvidenceVersion.objects.update(valid_until=timezone.localdate() + timedelta(days=3))
    Membership.objects.filter(user=people["contributor"]).update(valid_until=timezone.now())
    answer = signed_in("lead").get(url)
    known = {one.number: one for one in answer.context["knowledge"]}
    assert [(one.name, one.count, one.has_left) for one in known["1"].writers] == [("Contributor", 2, True)]
    assert [(one.name, one.count, one.has_left) for one in known["4"].keepers] == [("Lead", 1, False)]
    assert "Renew 1 piece of evidence" in answer.text


def test_it_costs_the_same_whatever_was_done(signed_in, decided, people, url):
    opened = cycle.open_assessment(department=decided.department, title="Annual review", by=people["lead"])
    client, costs = signed_in("lead"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as sent:
            client.get(url)
        costs.append(len(sent))
        Statement.objects.filter(assessment=opened).update(edited_by=people["contributor"], edited_at=timezone.now())
    assert costs == [MOST_QUERIES, MOST_QUERIES]


# --- When the lead changes
@pytest.fixture
def successor(here, people) -> User:
    """Somebody who was invited to lead Cardiology beside or after its lead, and has accepted."""
    new = make_person("successor")
    service.invite(
        trust=here.trust, email=new.email, role=Role.LEAD, department=here.department, by=people["administrator"]
    )
    invitation = Invitation.objects.get(email=new.email)
    service.accept_invitation(invitation=invitation, by=new)
    return new


def test_a_new_lead_is_shown_the_page_for_sixty_days(client, successor, url):
    client.force_login(successor)
    assert url in client.get("/").text
    assert Notice.objects.get(to=successor).path == url
    Membership.objects.filter(user=successor).update(valid_from=timezone.now() - timedelta(days=61))
    Notice.objects.all().delete()
    assert url not in client.get("/").text


def test_the_first_lead_of_a_department_takes_nothing_over(signed_in, url):
    assert url not in signed_in("lead").get("/").text


def test_a_new_contributor_takes_nothing_over(here, people, preparing: Assessment):
    new = make_person("new")
    service.invite(
        trust=here.trust, email=new.email, role=Role.CONTRIBUTOR, department=here.department, by=people["administrator"]
    )
    service.accept_invitation(invitation=Invitation.objects.get(email=new.email), by=new)
    assert not Notice.objects.filter(to=new).exists()
