"""Who holds which role over a trust: the list, and how a role ends."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from departments.models import Membership
from departments.rules import Role
from departments.services import people as service
from departments.services.refusals import Refused
from tests.conftest import make_person

LIST = "/trusts/RKE/people/"


def role_of(person, **where):
    return Membership.objects.get(user=person, **where)


def ending(membership):
    return reverse("departments:end_role", args=[membership.pk])


# --- The list
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200), ("executive", 403), ("lead", 403), ("contributor", 403), ("certifier", 403),
        ("stranger", 404), ("administrator.elsewhere", 404),
    ],
)  # fmt: skip
def test_who_sees_the_people_of_a_trust(signed_in, here, who, status):
    assert signed_in(who).get(LIST).status_code == status


def test_the_list_shows_the_trusts_own_people_and_their_roles(signed_in, here):
    answer = signed_in("administrator").get(LIST)
    assert {(held.user.name, held.role) for held in answer.context["page"]} == {
        ("Lead", "lead"),
        ("Contributor", "contributor"),
        ("Executive", "executive"),
        ("Administrator", "administrator"),
    }
    assert "elsewhere" not in answer.text.lower()


def test_a_trust_with_nobody_else_says_whom_to_invite_first(signed_in, people, here):
    Membership.objects.exclude(user=people["administrator"]).update(valid_until=timezone.now())
    text = signed_in("administrator").get(LIST).text
    assert "Nobody else yet" in text
    assert "Roles that have ended" in text


@pytest.mark.parametrize("more", [1, 60])
def test_the_list_costs_the_same_whatever_its_size(signed_in, people, here, django_assert_num_queries, more):
    for number in range(more):
        make_person(f"contributor{number}", (Role.CONTRIBUTOR, here.department))
        past = make_person(f"past{number}", (Role.EXECUTIVE, here.trust))
        Membership.objects.filter(user=past).update(valid_until=timezone.now())
        service.invite(
            trust=here.trust, email=f"new{number}@example.org", role=Role.LEAD, department=here.department,
            by=people["administrator"],
        )  # fmt: skip
    client = signed_in("administrator")
    with django_assert_num_queries(7):  # session, person, trust, invitations, count, current, ended
        client.get(LIST)


# --- Ending a role
@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("executive", 403), ("lead", 404), ("administrator.elsewhere", 404)]
)
def test_who_ends_a_role(signed_in, people, who, status):
    membership = role_of(people["contributor"])
    client = signed_in(who)
    assert client.get(ending(membership)).status_code == status
    if status != 200:
        assert client.post(ending(membership)).status_code == status
        membership.refresh_from_db()
        assert membership.valid_until is None


def test_a_role_ends_at_once_after_a_page_that_asks(signed_in, people, here):
    theirs, page = signed_in("contributor"), reverse("departments:detail", args=[here.department.pk])
    assert theirs.get(page).status_code == 200
    client, membership = signed_in("administrator"), role_of(people["contributor"])
    assert "End the role of Contributor?" in client.get(ending(membership)).text
    assert theirs.get(page).status_code == 200
    answer = client.post(ending(membership), follow=True)
    assert "Contributor is no longer contributor." in answer.text
    assert "Roles that have ended" in answer.text
    assert theirs.get(page).status_code == 404


def test_ending_twice_keeps_the_first_moment(signed_in, people):
    client, membership = signed_in("administrator"), role_of(people["contributor"])
    client.post(ending(membership))
    membership.refresh_from_db()
    ended = membership.valid_until
    assert client.post(ending(membership)).status_code == 302
    assert "This role ended on" in client.get(ending(membership)).text
    membership.refresh_from_db()
    assert membership.valid_until == ended


def test_the_only_lead_of_a_department_cannot_be_removed_by_mistake(signed_in, people):
    client, membership = signed_in("administrator"), role_of(people["lead"])
    for answer in (client.get(ending(membership)), client.post(ending(membership))):
        assert "Lead is the only lead of Cardiology. Invite another lead first" in answer.text
        assert "End the role</button>" not in answer.text
    membership.refresh_from_db()
    assert membership.valid_until is None


def test_one_of_two_leads_can_go_and_then_the_other_must_stay(signed_in, people, here):
    second = make_person("second", (Role.LEAD, here.department))
    client = signed_in("administrator")
    client.post(ending(role_of(people["lead"])))
    assert not Membership.objects.current().filter(user=people["lead"]).exists()
    client.post(ending(role_of(second)))
    assert Membership.objects.current().filter(user=second).exists()


def test_a_lead_who_can_no_longer_sign_in_does_not_count(people, here):
    gone = make_person("gone", (Role.LEAD, here.department))
    gone.is_active = False
    gone.save()
    with pytest.raises(Refused, match="only lead"):
        service.end_role(membership=role_of(people["lead"]), by=people["administrator"])


def test_the_only_administrator_of_a_trust_must_stay(signed_in, people):
    client, membership = signed_in("administrator"), role_of(people["administrator"])
    assert "nobody could give roles any more" in client.get(ending(membership)).text
    client.post(ending(membership), {"own_role_is_meant": "on"})
    membership.refresh_from_db()
    assert membership.valid_until is None


def test_an_administrator_ends_their_own_role_only_if_they_say_that_they_mean_it(signed_in, people, here):
    make_person("second", (Role.ADMINISTRATOR, here.trust))
    client, membership = signed_in("administrator"), role_of(people["administrator"])
    answer = client.post(ending(membership))
    assert answer.context["form"].errors == {"own_role_is_meant": ["Tick the box if you mean to end your own role."]}
    with pytest.raises(Refused, match="your own role"):
        service.end_role(membership=membership, by=people["administrator"])
    assert client.post(ending(membership), {"own_role_is_meant": "on"}).url == "/"
    assert client.get(LIST).status_code == 404


def test_a_role_that_begins_later_can_be_ended_before_it_does(people, here):
    later = timezone.now() + timedelta(days=3)
    membership = Membership.objects.create(
        user=people["stranger"], role=Role.CONTRIBUTOR, department=here.department, valid_from=later
    )
    assert service.end_role(membership=membership, by=people["administrator"]).valid_until == later
