"""Inviting people into roles, taking an invitation up, and ending roles."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from departments.models import Department, Invitation, Membership, Trust, User
from departments.rules import (
    DEPARTMENT_ROLES,
    NoticeKind,
    Role,
    ending_would_leave_no_administrator,
    ending_would_leave_no_lead,
)
from departments.services.email import queue_email
from departments.services.history import remembered_as_theirs
from departments.services.notices import notify
from departments.services.refusals import Refused

NO_LONGER_OPEN = "This invitation is no longer open."


@transaction.atomic
@remembered_as_theirs
def invite(*, trust: Trust, email: str, role: str, department: Department | None, by: User) -> Invitation:
    """Offer somebody a role by e-mail. Who is invited twice to the same keeps one invitation, the newer link.

    Raises Refused when they hold the role already, which the trust's list of people shows as well.
    """
    Trust.objects.select_for_update(no_key=True).get(pk=trust.pk)  # two clicks make one invitation
    email = email.strip().lower()
    over = _place(trust, role, department)
    if Membership.objects.current().filter(user__email__iexact=email, role=role, **over).exists():
        raise Refused(f"{email} has that role already.", field="email")
    waiting = Invitation.objects.filter(email=email, role=role, accepted_at=None, withdrawn_at=None, **over).first()
    invitation = waiting or Invitation(email=email, role=role, **over)
    invitation.invited_by = by
    return _send(invitation)


@transaction.atomic
@remembered_as_theirs
def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Send an invitation again, with a new link and a new term; the link that was sent before no longer works."""
    invitation = _lock(invitation)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refused(NO_LONGER_OPEN)
    return _send(invitation)


@transaction.atomic
@remembered_as_theirs
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Take an offer back; one that was withdrawn already stays as it is."""
    invitation = _lock(invitation)
    if invitation.accepted_at:
        raise Refused(f"{invitation.email} has taken this invitation up. End the role instead.")
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save()


def find_invitation(*, token: str) -> Invitation | None:
    """The invitation that this secret belongs to, open or not."""
    invitations = Invitation.objects.select_related("department__trust", "trust", "body", "invited_by")
    return invitations.filter(token_sha256=_hash(token)).first()


def account_for(invitation: Invitation) -> User | None:
    """Who signs in with the address that was invited, if anybody does."""
    return User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
@remembered_as_theirs
def accept_invitation(*, invitation: Invitation, by: User) -> None:
    """Give the invited person the role from now on.

    A second click is harmless, and an old link never brings back a role that has been ended since.
    """
    if by.email.lower() != invitation.email.lower():
        raise Refused("This invitation is for somebody else.")
    invitation = _lock(invitation)
    if invitation.accepted_at:
        return
    _refuse_unless_open(invitation)
    membership, _ = Membership.objects.get_or_create(
        user=by,
        role=invitation.role,
        trust=invitation.trust,
        department=invitation.department,
        body=invitation.body,
        valid_until=None,
    )
    invitation.accepted_at = timezone.now()
    invitation.save()
    _hand_over(membership)


def _hand_over(membership: Membership) -> None:
    """Show a new lead what they take over, if somebody led the department before."""
    department = membership.department
    leads = Membership.objects.filter(role=Role.LEAD, department=department).exclude(user=membership.user)
    if membership.role == Role.LEAD and department is not None and leads.exists():
        notify(
            to=[membership.user],
            kind=NoticeKind.ROLE,
            subject=f"{department.name}: what you take over",
            words=f"You are now a lead of {department.name}. Read what is due, what was said of it and who knows what.",
            path=reverse("assessments:handover", args=[department.pk]),
            key=f"handover-{membership.pk}",
        )


@transaction.atomic
def join_by_invitation(*, invitation: Invitation, name: str, password: str) -> User:
    """Make an account for the invited address and give it the role."""
    invitation = _lock(invitation)
    _refuse_unless_open(invitation)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=invitation.email, name=name, password=password)
    except IntegrityError as error:
        raise Refused("There is an account for this address by now. Open the link again to sign in.") from error
    accept_invitation(invitation=invitation, by=user)
    return user


@transaction.atomic
@remembered_as_theirs
def end_role(*, membership: Membership, own_role_is_meant: bool = False, by: User) -> Membership:
    """End a role at this moment. One that has ended already stays as it is.

    Raises Refused when nobody would be left to answer for the department or to keep the trust, and when somebody
    would end their own role of administrator without having said that they mean it.
    """
    membership = _lock_with_its_place(membership)
    if membership.valid_until is not None:
        return membership
    if reason := why_a_role_cannot_end(membership):
        raise Refused(reason)
    if is_own_administration(membership, by) and not own_role_is_meant:
        raise Refused("This is your own role. Say that you mean to end it.", field="own_role_is_meant")
    Membership.objects.filter(pk=membership.pk).update(valid_until=Greatest(Now(), F("valid_from")))
    membership.refresh_from_db(fields=["valid_until"])
    return membership


def why_a_role_cannot_end(membership: Membership) -> str:
    """What stands against ending a role, and what to do first; empty when nothing does."""
    colleagues = Membership.objects.current().filter(
        role=membership.role, department=membership.department_id, trust=membership.trust_id, user__is_active=True
    )
    with_this_one = colleagues.exclude(user=membership.user_id).count() + 1
    who, place = membership.user.name, membership.place.name
    if ending_would_leave_no_lead(role=membership.role, leads_now=with_this_one):
        return f"{who} is the only lead of {place}. Invite another lead first; once they have joined, end this role."
    if ending_would_leave_no_administrator(role=membership.role, administrators_now=with_this_one):
        return (
            f"{who} is the only administrator of {place}: nobody could give roles any more. "
            "Invite another administrator first; once they have joined, end this role."
        )
    return ""


def is_own_administration(membership: Membership, by: User) -> bool:
    """Whether somebody is about to shut themselves out."""
    return membership.user_id == by.pk and membership.role == Role.ADMINISTRATOR


def _place(trust: Trust, role: str, department: Department | None) -> dict[str, Trust | Department | None]:
    """Over what the role is held: the trust, or one of its departments."""
    if role in DEPARTMENT_ROLES:
        if department is None or department.trust_id != trust.pk:
            raise Refused("Choose a department of this trust.", field="department")
        return {"department": department, "trust": None}
    return {"department": None, "trust": trust}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _send(invitation: Invitation) -> Invitation:
    """Make a new secret, keep its hash, and queue the e-mail that alone holds the secret itself."""
    token = secrets.token_urlsafe(32)
    invitation.token_sha256 = _hash(token)
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    link = settings.SITE_URL.rstrip("/") + reverse("departments:invitation", args=[token])
    words = {"invitation": invitation, "role": invitation.get_role_display(), "link": link}
    queue_email(
        to=invitation.email,
        subject="Your invitation to the Customer Service Excellence portal",
        body=render_to_string("departments/emails/invitation.txt", words),
    )
    return invitation


def _lock(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def _refuse_unless_open(invitation: Invitation) -> None:
    if not Invitation.objects.open().filter(pk=invitation.pk).exists():
        raise Refused(NO_LONGER_OPEN)


def _lock_with_its_place(membership: Membership) -> Membership:
    """The role as it stands, with its department or trust locked: two who end the last two roles do so in turn."""
    if membership.department_id:
        Department.objects.select_for_update(no_key=True).get(pk=membership.department_id)
    if membership.trust_id:
        Trust.objects.select_for_update(no_key=True).get(pk=membership.trust_id)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "department", "trust", "body")
    return rows.get(pk=membership.pk)
