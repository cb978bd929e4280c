"""Two people at once: the second waits for the first, and then meets what the first has done."""

import pytest

from departments.models import Invitation, Membership, OutgoingEmail, User
from departments.rules import Role
from departments.services import people as service
from tests.conftest import make_person
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMINISTRATOR])
def test_two_who_end_the_last_two_roles_leave_one(people, here, role):
    make_person("second", (role, here.department if role == Role.LEAD else here.trust))
    held = Membership.objects.over_trust(here.trust).filter(role=role)
    one, other = [
        lambda membership=membership: service.end_role(
            membership=membership, own_role_is_meant=True, by=people["administrator"]
        )
        for membership in held
    ]
    refusal, done = at_once(one, other)
    assert (done, "is the only" in refusal) == ("done", True)
    assert held.current().count() == 1


def test_two_clicks_on_join_make_one_person_with_one_role(people, here):
    invitation = service.invite(
        trust=here.trust, email="new@example.org", role=Role.LEAD, department=here.department,
        by=people["administrator"],
    )  # fmt: skip

    def join() -> object:
        return service.join_by_invitation(invitation=invitation, name="New", password="three-odd-words-here")

    assert at_once(join, join) == [service.NO_LONGER_OPEN, "done"]
    assert Membership.objects.filter(user=User.objects.get(email="new@example.org")).count() == 1


def test_two_clicks_on_invite_make_one_invitation(people, here):
    def invite() -> object:
        return service.invite(
            trust=here.trust, email="new@example.org", role=Role.LEAD, department=here.department,
            by=people["administrator"],
        )  # fmt: skip

    assert at_once(invite, invite) == ["done", "done"]
    assert Invitation.objects.count() == 1
    assert OutgoingEmail.objects.count() == 2
