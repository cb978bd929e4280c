"""The first people of a production portal come in by `manage.py invite`."""

import io
import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from departments.models import CertificationBody, Membership, OutgoingEmail, Trust, User

PASSWORD = "three-odd-words-here"


def invite(*words):
    said = io.StringIO()
    call_command("invite", *words, stdout=said)
    return said.getvalue()


def refused(*words):
    before = (User.objects.count(), Membership.objects.count(), CertificationBody.objects.count())
    with pytest.raises(CommandError) as error:
        invite(*words)
    assert (User.objects.count(), Membership.objects.count(), CertificationBody.objects.count()) == before
    assert not OutgoingEmail.objects.exists()
    return str(error.value)


@pytest.fixture
def trust(db):
    return Trust.objects.create(ods_code="RKE", name="Whittington Health NHS Trust", type="acute", region="London")


def link_in(message):
    (path,) = re.findall(r"https?://[^/\s]+(/\S+)", message.body)
    return path


def test_the_first_administrator_comes_in_from_an_empty_portal(trust):
    said = invite("Jo@Trust.example", "administrator", "rke", "--name", "Jo Bell")
    assert "Jo Bell is trust administrator of Whittington Health NHS Trust." in said

    browser, told = Client(), OutgoingEmail.objects.get()
    assert told.to == "jo@trust.example"
    assert "Trust administrator, Whittington Health NHS Trust" in told.body
    browser.post(link_in(told), {"email": "jo@trust.example"})
    reset = OutgoingEmail.objects.latest("pk")
    assert reset.subject == "Choose your password for the Customer Service Excellence portal"
    choose = browser.get(link_in(reset), follow=True)
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    assert browser.post(choose.redirect_chain[-1][0], chosen).status_code == 302

    browser = Client()
    browser.post(reverse("account_login"), {"login": "jo@trust.example", "password": PASSWORD})
    assert browser.get(reverse("departments:people", args=["RKE"])).status_code == 200


def test_an_address_without_an_account_is_told_so_and_offered_no_way_to_make_one(db):
    Client().post(reverse("account_reset_password"), {"email": "nobody@trust.example"})
    told = OutgoingEmail.objects.get()
    assert told.to == "nobody@trust.example"
    assert told.subject == "There is no account for this address"
    assert "http" not in told.body


def test_the_first_certifier_brings_the_body_and_the_trusts_that_it_serves(trust):
    said = invite("mo@body.example", "certifier", "Assured", "--name", "Mo Khan", "--new", "--serves", "RKE")
    assert "Assured serves Whittington Health NHS Trust." in said
    trust.refresh_from_db()
    assert trust.body == CertificationBody.objects.get(name="Assured")
    assert Membership.objects.get().body == trust.body


def test_somebody_with_an_account_gets_a_further_role_and_keeps_name_and_password(people):
    invite("lead@example.org", "assessor", "assured service certification")
    lead = people["lead"]
    assert {held.role for held in lead.memberships.all()} == {"lead", "assessor"}
    assert reverse("account_login") in OutgoingEmail.objects.get().body
    assert User.objects.get(pk=lead.pk).password == lead.password


def test_an_appointment_is_in_the_history(trust):
    invite("jo@trust.example", "administrator", "RKE", "--name", "Jo Bell")
    remembered = apps.get_model("departments.MembershipEvent").objects.get()
    assert remembered.pgh_context.metadata == {"command": "invite"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["not-an-address", "administrator", "RKE", "--name", "Jo"], "“not-an-address” is not an e-mail address."),
        (["jo@trust.example", "administrator", "RKE"], "say who it is with --name"),
        (["jo@trust.example", "administrator", "ZZZ", "--name", "Jo"], "There is no trust ZZZ."),
        (["jo@trust.example", "certifier", "Asured", "--name", "Jo"], "There is none yet. Add --new to found it."),
        (["jo@trust.example", "administrator", "RKE", "--name", "Jo", "--new"], "said of a certification body"),
        (["jo@trust.example", "certifier", "A", "--name", "Jo", "--new", "--serves", "ZZZ"], "There is no trust ZZZ."),
        (["jo@trust.example", "lead", "RKE", "--name", "Jo"], "invalid choice: 'lead'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(trust, words, reason):
    assert reason in refused(*words)


def test_a_misspelt_body_is_told_which_there_are(people):
    assert "Here there is Assured Service Certification and Other Certification." in refused(
        "new@example.org", "assessor", "Asured", "--name", "New"
    )


def test_a_trust_does_not_change_its_body_by_the_way(people):
    reason = refused("new@example.org", "certifier", "Another", "--new", "--name", "New", "--serves", "RKE")
    assert "is served by Assured Service Certification already." in reason


def test_the_same_role_twice_and_a_closed_account_are_refused(people):
    assert "has that role already" in refused("certifier@example.org", "certifier", "Assured Service Certification")
    User.objects.filter(email="lead@example.org").update(is_active=False)
    assert "is closed" in refused("lead@example.org", "executive", "RKE")
