"""Roles in time: who holds what, and what the database forbids."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from departments.access import Action, may
from departments.models import Membership, User
from departments.rules import Role


def test_roles_are_read_with_the_person_in_one_query(people, here, django_assert_num_queries):
    with django_assert_num_queries(1):
        lead = User.objects.with_roles().get(email="lead@example.org")
        assert lead.departments_as(Role.LEAD) == {here.department.pk}
        assert lead.held[0].place == "Cardiology"
        assert lead.held[0].trust_id == here.trust.pk


def test_a_role_that_has_ended_opens_nothing(people, here):
    Membership.objects.filter(user=people["lead"]).update(valid_until=timezone.now())
    lead = User.objects.get(pk=people["lead"].pk)
    assert lead.held == ()
    assert not may(lead, Action.READ_DEPARTMENT, here.department)


def test_a_role_that_has_not_begun_opens_nothing(people, here):
    Membership.objects.filter(user=people["lead"]).update(valid_from=timezone.now() + timedelta(days=1))
    assert User.objects.get(pk=people["lead"].pk).held == ()


def test_a_role_over_a_place_of_another_kind_is_refused_by_the_database(people, here):
    with pytest.raises(IntegrityError, match="a_role_is_held_over_one_place"):
        Membership.objects.create(user=people["stranger"], role=Role.EXECUTIVE, department=here.department)


def test_a_role_is_held_once_at_a_time(people, here):
    with pytest.raises(IntegrityError, match="a_role_is_held_once_at_a_time"):
        Membership.objects.create(user=people["lead"], role=Role.LEAD, department=here.department)


def test_an_address_in_capitals_is_the_same_person(people):
    with pytest.raises(IntegrityError, match="an_email_address_is_one_person"):
        User.objects.create(email="LEAD@example.org", name="Somebody else")
