"""Signing in: demo accounts outside demo mode, people who were disabled, and the same answer for everybody else."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.conftest import PASSWORD, make_person

LOGIN = "/accounts/login/"


@pytest.fixture
def demo_person(db):
    person = make_person("somebody")
    person.email = "lead@demo.example"
    person.save()
    return person


def sign_in(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


@pytest.mark.parametrize(("demo", "status"), [(True, 302), (False, 200)])
def test_a_demo_account_opens_only_a_demo(client, demo_person, settings, demo, status):
    settings.DEMO = demo
    assert sign_in(client, "lead@demo.example").status_code == status


def test_a_demo_session_ends_where_demo_mode_does(client, demo_person, settings):
    settings.DEMO = True
    client.force_login(demo_person)
    assert client.get(reverse("portal:home")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("portal:home")).status_code == 302


def test_production_does_not_start_on_a_database_with_demo_accounts(demo_person, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="holds 1 demo accounts"):
        call_command("prepare")


def test_somebody_who_was_disabled_is_out_at_once(client, people):
    client.force_login(people["lead"])
    people["lead"].is_active = False
    people["lead"].save()
    assert client.get(reverse("portal:home")).status_code == 302


def test_known_and_unknown_people_get_the_same_answer(client, people):
    known = sign_in(client, "lead@example.org", "a-wrong-password").content.decode()
    unknown = sign_in(client, "nobody@example.org", "a-wrong-password").content.decode()
    assert "The e-mail address or the password is not right" in known
    assert "The e-mail address or the password is not right" in unknown
