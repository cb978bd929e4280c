"""Inviting somebody by e-mail, and taking an invitation up from its link."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.models import Department, Invitation, Membership, OutgoingEmail, User
from departments.rules import Role
from departments.services import people as service
from departments.services.refusals import Refused

INVITE = "/trusts/RKE/people/invite/"
NEW = {"name": "Zoë Ångström", "password": "three-odd-words-here", "password_again": "three-odd-words-here"}


def link_in(email):
    (link,) = re.findall(r"http://\S+", email.body)
    assert link.startswith("http://127.0.0.1:8000/invitations/")
    return link.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def invited(people, here):
    """`invited("new@example.org", Role.LEAD)` gives the invitation's row and the link that its e-mail holds."""

    def invite(email, role=Role.LEAD):
        department = here.department if role in (Role.LEAD, Role.CONTRIBUTOR) else None
        invitation = service.invite(
            trust=here.trust, email=email, role=role, department=department, by=people["administrator"]
        )
        return invitation, link_in(OutgoingEmail.objects.latest("pk"))

    return invite


# --- Inviting
@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("executive", 403), ("lead", 403), ("administrator.elsewhere", 404), ("stranger", 404)],
)
def test_who_invites(signed_in, here, who, status):
    assert signed_in(who).get(INVITE).status_code == status


@pytest.mark.parametrize("email", ["new@example.org", "lead.elsewhere@example.org"])
def test_an_invitation_goes_out_alike_to_a_new_and_to_a_known_address(signed_in, here, email):
    words = {"email": email.upper(), "role": "contributor", "department": here.department.pk}
    answer = signed_in("administrator").post(INVITE, words, follow=True)
    assert f"An invitation is on its way to {email}." in answer.text
    message = OutgoingEmail.objects.get()
    assert message.to == email
    for said in ("Administrator invites you", "Contributor, Cardiology (Whittington Health NHS Trust)"):
        assert said in message.body
    assert Client().get(link_in(message)).status_code in (200, 302)


def test_only_the_hash_of_the_secret_is_kept(invited):
    invitation, link = invited("new@example.org")
    secret = link.strip("/").rpartition("/")[2]
    assert len(secret) >= 43
    assert secret not in str(Invitation.objects.filter(pk=invitation.pk).values())
    assert timedelta(days=13) < invitation.expires_at - timezone.now() <= timedelta(days=14)


@pytest.mark.parametrize(
    ("words", "field", "said"),
    [
        ({"email": "new@", "role": "executive"}, "email", "Enter an e-mail address in full"),
        ({"email": "new@example.org"}, "role", "Choose the role"),
        ({"email": "new@example.org", "role": "certifier"}, "role", "Select a valid choice"),
        ({"email": "new@example.org", "role": "lead"}, "department", "Choose the department: a lead belongs to one."),
        ({"email": "lead@example.org", "role": "lead", "department": "here"}, "email", "has that role already"),
        ({"email": "new@example.org", "role": "executive", "department": "here"}, "department", "over the whole trust"),
        ({"email": "new@example.org", "role": "lead", "department": "elsewhere"}, "department", "not a department of"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(signed_in, here, elsewhere, words, field, said):
    departments = {"here": here.department.pk, "elsewhere": elsewhere.department.pk}
    words = {**words, "department": departments.get(words.get("department"), "")}
    answer = signed_in("administrator").post(INVITE, words)
    assert said in answer.context["form"].errors[field][0]
    assert words["email"] in answer.text
    assert not OutgoingEmail.objects.exists()


def test_the_service_refuses_the_department_of_another_trust(people, here, elsewhere):
    with pytest.raises(Refused, match="a department of this trust"):
        service.invite(
            trust=here.trust, email="a@b.org", role=Role.LEAD, department=elsewhere.department,
            by=people["administrator"],
        )  # fmt: skip


def test_a_department_and_a_role_can_be_chosen_by_the_link_that_led_here(signed_in, here):
    answer = signed_in("administrator").get(f"{INVITE}?role=lead&department={here.department.pk}")
    assert answer.context["form"]["department"].value() == str(here.department.pk)
    assert f'<option value="{here.department.pk}" selected' in answer.text
    assert signed_in("administrator").get(f"{INVITE}?department=nonsense").status_code == 200


def test_inviting_twice_keeps_one_invitation_and_only_the_newer_link(invited):
    first, old_link = invited("new@example.org")
    second, new_link = invited("New@example.org")
    assert first.pk == second.pk
    assert Client().get(old_link).status_code == 404
    assert Client().get(new_link).status_code == 200


def test_an_invitation_of_words_typed_before_the_session_ended_comes_back(client, people, here):
    client.post(INVITE, {"email": "typed@example.org", "role": "lead", "who": people["administrator"].pk})
    client.force_login(people["administrator"])
    assert "typed@example.org" in client.get(INVITE).text
    assert not OutgoingEmail.objects.exists()


# --- Sending again and withdrawing
@pytest.mark.parametrize(
    ("who", "status"), [("executive", 404), ("lead", 404), ("administrator.elsewhere", 404), ("stranger", 404)]
)
def test_who_must_not_resend_or_withdraw(signed_in, invited, who, status):
    invitation, _ = invited("new@example.org")
    client = signed_in(who)
    for name in ("resend_invitation", "withdraw_invitation"):
        assert client.post(reverse(f"departments:{name}", args=[invitation.pk])).status_code == status


def test_sending_again_makes_a_new_link_and_a_new_term(signed_in, invited):
    invitation, old_link = invited("new@example.org")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert Client().get(old_link).status_code == 410
    address = reverse("departments:resend_invitation", args=[invitation.pk])
    client = signed_in("administrator")
    assert "has passed: send it again" in client.get("/trusts/RKE/people/").text
    assert "A new link is on its way to new@example.org" in client.post(address, follow=True).text
    assert Client().get(old_link).status_code == 404
    assert Client().get(link_in(OutgoingEmail.objects.latest("pk"))).status_code == 200
    assert client.get(address).status_code == 405


def test_a_withdrawn_invitation_opens_nothing_and_cannot_be_sent_again(signed_in, invited):
    invitation, link = invited("new@example.org")
    client, address = signed_in("administrator"), reverse("departments:withdraw_invitation", args=[invitation.pk])
    assert "Withdraw the invitation to new@example.org?" in client.get(address).text
    assert "is withdrawn" in client.post(address, follow=True).text
    assert "is withdrawn" in client.post(address, follow=True).text
    answer = Client().get(link)
    assert (answer.status_code, "was withdrawn" in answer.text) == (410, True)
    assert Client().post(link, NEW).status_code == 410
    resent = client.post(reverse("departments:resend_invitation", args=[invitation.pk]), follow=True)
    assert "no longer open" in resent.text
    assert not User.objects.filter(email="new@example.org").exists()


# --- Taking it up without an account
def test_somebody_new_joins_and_is_signed_in_and_welcomed(client, invited, here):
    invitation, link = invited("new@example.org")
    assert "Administrator invites you to be" in client.get(link).text
    answer = client.post(link, NEW, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Welcome, Zoë Ångström. You are now lead, Cardiology." in answer.text
    joined = User.objects.get(email="new@example.org")
    assert joined.check_password("three-odd-words-here")
    assert joined.departments_as(Role.LEAD) == {here.department.pk}
    assert client.get(reverse("departments:detail", args=[here.department.pk])).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    remembered = apps.get_model("departments", "MembershipEvent").objects.get(user=joined)
    assert remembered.pgh_context.metadata["user"] == joined.pk


def test_a_second_click_leads_home_and_changes_nothing(client, invited):
    _, link = invited("new@example.org")
    client.post(link, NEW)
    assert client.get(link).url == "/"
    assert client.post(link, NEW).url == "/"
    assert Membership.objects.filter(user__email="new@example.org").count() == 1
    answer = Client().get(link)
    assert (answer.status_code, "has been taken up" in answer.text) == (410, True)


@pytest.mark.parametrize(
    ("words", "field", "said"),
    [
        ({"password_again": "three-odd-words"}, "password_again", "The two passwords differ"),
        ({"password": "short", "password_again": "short"}, "password", "too short"),
        ({"password": "password1234", "password_again": "password1234"}, "password", "too common"),
        ({"password": "somebody.new@example.org", "password_again": "somebody.new@example.org"}, "password", "similar"),
        ({"name": "  "}, "name", "Enter your name"),
    ],
)
def test_what_is_wrong_with_name_or_password_is_said_beside_it(client, invited, words, field, said):
    _, link = invited("somebody.new@example.org")
    answer = client.post(link, {**NEW, **words})
    assert said in answer.context["form"].errors[field][0]
    assert "three-odd-words-here" not in answer.text
    assert not User.objects.filter(email="somebody.new@example.org").exists()


def test_the_page_of_a_secret_is_kept_by_no_cache(client, invited):
    _, link = invited("new@example.org")
    assert "no-store" in client.get(link)["Cache-Control"]


def test_an_unknown_link_is_a_helpful_404(client, db):
    answer = client.get(reverse("departments:invitation", args=["no-such-secret"]))
    assert (answer.status_code, "We do not know this invitation" in answer.text) == (404, True)


def test_an_invitation_that_ran_out_names_who_can_send_it_again(client, invited):
    _, link = invited("new@example.org")
    Invitation.objects.update(expires_at=timezone.now())
    for answer in (client.get(link), client.post(link, NEW)):
        assert (answer.status_code, "Ask Administrator, who sent it" in answer.text) == (410, True)


# --- Taking it up with an account
def test_somebody_with_an_account_signs_in_first_and_then_accepts(client, people, invited, here):
    user = people["lead.elsewhere"]
    user.set_password("right-horse-battery")
    user.save()
    _, link = invited("lead.elsewhere@example.org")
    answer = client.get(link)
    assert answer.url == f"/accounts/login/?next={link.replace('/', '%2F')}"
    signed_in = client.post(answer.url, {"login": user.email, "password": "right-horse-battery"})
    assert signed_in.url == link
    assert "Take up your invitation" in client.get(link).text
    assert not Membership.objects.filter(user=user, department=here.department).exists()
    accepted = client.post(link, follow=True)
    assert "You are now lead, Cardiology." in accepted.text
    assert Membership.objects.current().filter(user=user, department=here.department, role=Role.LEAD).exists()
    assert client.post(link).url == "/"


def test_a_post_without_signing_in_never_touches_an_account_that_is_there(client, people, invited):
    _, link = invited("lead.elsewhere@example.org")
    before = User.objects.get(email="lead.elsewhere@example.org").password
    assert client.post(link, NEW).url.startswith("/accounts/login/")
    assert User.objects.get(email="lead.elsewhere@example.org").password == before
    assert Membership.objects.filter(user=people["lead.elsewhere"]).count() == 1


def test_somebody_else_is_told_whose_invitation_it_is_and_may_sign_out(signed_in, invited):
    _, link = invited("new@example.org")
    client = signed_in("executive")
    for answer in (client.get(link), client.post(link, NEW)):
        assert "This invitation is for new@example.org" in answer.text
    assert not User.objects.filter(email="new@example.org").exists()
    assert client.post("/accounts/logout/", {"next": link}).url == link


def test_an_old_link_does_not_bring_back_a_role_that_was_ended(signed_in, people, invited):
    invitation, link = invited("contributor@example.org", Role.LEAD)
    client = signed_in("contributor")
    client.post(link)
    membership = Membership.objects.current().get(user=people["contributor"], role=Role.LEAD)
    service.end_role(membership=membership, by=people["administrator"])
    assert client.post(link).url == "/"
    service.accept_invitation(invitation=invitation, by=people["contributor"])
    assert not Membership.objects.current().filter(user=people["contributor"], role=Role.LEAD).exists()


def test_the_services_check_what_the_pages_check(people, invited):
    invitation, _ = invited("new@example.org")
    with pytest.raises(Refused, match="for somebody else"):
        service.accept_invitation(invitation=invitation, by=people["stranger"])
    service.withdraw_invitation(invitation=invitation, by=people["administrator"])
    with pytest.raises(Refused, match="no longer open"):
        service.join_by_invitation(invitation=invitation, name="New", password="three-odd-words-here")
    known, _ = invited("executive@example.org", Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="There is an account for this address"):
        service.join_by_invitation(invitation=known, name="New", password="three-odd-words-here")
    service.accept_invitation(invitation=known, by=people["executive"])
    with pytest.raises(Refused, match="has taken this invitation up"):
        service.withdraw_invitation(invitation=known, by=people["administrator"])


def test_names_in_the_e_mail_are_plain_text(invited, here):
    Department.objects.filter(pk=here.department.pk).update(name="Ear & <Throat>")
    here.department.refresh_from_db()
    invited("new@example.org")
    assert "Lead, Ear & <Throat> (Whittington" in OutgoingEmail.objects.get().body
