"""The last lead of a department goes while an assessment is under way: its trust's administrators hear of it, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Assessment
from assessments.services import cycle
from assessments.tasks import tell_of_vacancies
from assessments.workflow import Move
from departments.models import Membership, Notice, User
from departments.rules import NoticeKind, Role
from tests.conftest import make_person

AGO = timedelta(minutes=1)


@pytest.fixture
def lead_gone(preparing: Assessment, people: dict[str, User]) -> Assessment:
    """The role of Cardiology's only lead has ended by its date; nobody pressed anything."""
    Notice.objects.all().delete()
    Membership.objects.filter(user=people["lead"]).update(
        valid_from=timezone.now() - timedelta(days=90), valid_until=timezone.now() - AGO
    )
    return preparing


def test_administrators_of_the_trust_are_told_once_however_often_the_sweep_runs(lead_gone, people):
    for _ in range(3):
        tell_of_vacancies()
    notice = Notice.objects.get()
    assert (notice.to, notice.kind) == (people["administrator"], NoticeKind.ROLE)
    assert notice.subject == "Cardiology has no lead"
    assert notice.words.startswith("Recertification 2026 of Cardiology is under way")
    assert notice.path == "/trusts/RKE/people/"


def test_the_page_that_the_notice_leads_to_is_theirs(lead_gone, signed_in):
    tell_of_vacancies()
    assert signed_in("administrator").get(Notice.objects.get().path).status_code == 200


def test_home_says_so_until_there_is_a_lead_again(lead_gone, signed_in, here):
    page = signed_in("administrator").get("/").text
    assert "Cardiology has no lead" in page
    assert "It is under way, and nobody answers for it." in page
    assert "/trusts/RKE/people/" in page
    for who in ("administrator.elsewhere", "executive", "contributor"):
        assert "has no lead" not in signed_in(who).get("/").text
    make_person("new.lead", (Role.LEAD, here.department))
    assert "has no lead" not in signed_in("administrator").get("/").text


def test_the_next_vacancy_is_told_anew(lead_gone, here):
    tell_of_vacancies()
    newcomer = make_person("new.lead", (Role.LEAD, here.department))
    tell_of_vacancies()
    assert Notice.objects.count() == 1
    Membership.objects.filter(user=newcomer).update(valid_from=timezone.now() - AGO, valid_until=timezone.now())
    tell_of_vacancies()
    tell_of_vacancies()
    assert Notice.objects.count() == 2


def test_an_administrator_who_comes_later_is_told_too(lead_gone, here):
    tell_of_vacancies()
    newcomer = make_person("new.administrator", (Role.ADMINISTRATOR, here.trust))
    tell_of_vacancies()
    assert Notice.objects.filter(to=newcomer).count() == 1
    assert Notice.objects.count() == 2


def test_a_lead_whose_account_is_closed_leads_no_more(preparing, people):
    Notice.objects.all().delete()
    User.objects.filter(pk=people["lead"].pk).update(is_active=False)
    tell_of_vacancies()
    assert Notice.objects.get().to == people["administrator"]


@pytest.mark.parametrize("why", ["a second lead", "nothing under way"])
def test_where_somebody_answers_or_there_is_nothing_to_answer_for_nobody_is_told(here, preparing, people, why):
    if why == "a second lead":
        make_person("second", (Role.LEAD, here.department))
    else:
        cycle.go(assessment=preparing, move=Move.WITHDRAW, reason="We merge.", by=people["lead"])
    Notice.objects.all().delete()
    Membership.objects.filter(user=people["lead"]).update(valid_until=timezone.now())
    tell_of_vacancies()
    assert not Notice.objects.exists()


def test_a_lead_who_begins_later_answers_for_nothing_yet(lead_gone, here):
    later = make_person("later", (Role.LEAD, here.department))
    Membership.objects.filter(user=later).update(valid_from=timezone.now() + timedelta(days=3))
    tell_of_vacancies()
    assert Notice.objects.count() == 1


def test_a_department_that_never_had_a_lead_is_told_of_once(here, preparing, people):
    Notice.objects.all().delete()
    Membership.objects.filter(role=Role.LEAD).delete()
    tell_of_vacancies()
    tell_of_vacancies()
    assert Notice.objects.filter(to=people["administrator"]).count() == 1
