"""Letting in those whom nobody in the portal can invite yet: done by whoever runs it, from the command line."""

from dataclasses import dataclass

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from departments.models import CertificationBody, Membership, Trust, User
from departments.rules import BODY_ROLES, TRUST_ROLES, Role, in_words
from departments.services.email import queue_email
from departments.services.refusals import Refused


@dataclass(frozen=True)
class Appointed:
    """What an appointment came to."""

    membership: Membership
    is_new_person: bool


@transaction.atomic
def appoint(*, email: str, name: str, role: str, place: Trust | CertificationBody) -> Appointed:
    """Give somebody a role, with an account if they have none, and tell them how to come in by e-mail.

    A new account has no password: they choose it through the sign-in page's reset. Raises Refused with what is wrong.
    """
    field = _field_for(role, place)
    with pghistory.context(command="invite"):
        user, is_new = _person(email.strip().lower(), name.strip())
        if Membership.objects.current().filter(user=user, role=role, **{field: place}).exists():
            raise Refused(f"{user.email} has that role already.")
        membership = Membership.objects.create(user=user, role=role, **{field: place})
    page = "account_reset_password" if is_new else "account_login"
    words = {"membership": membership, "is_new": is_new, "link": settings.SITE_URL.rstrip("/") + reverse(page)}
    queue_email(
        to=user.email,
        subject="Your role in the Customer Service Excellence portal",
        body=render_to_string("departments/emails/appointment.txt", words),
    )
    return Appointed(membership, is_new)


@transaction.atomic
def let_certify(*, body: CertificationBody, ods_codes: list[str]) -> list[Trust]:
    """Say that this body serves these trusts. Refused for a code that is not loaded or a trust that another serves."""
    trusts = list(Trust.objects.select_for_update(of=("self",)).select_related("body").filter(ods_code__in=ods_codes))
    if missing := sorted(set(ods_codes) - {trust.ods_code for trust in trusts}):
        raise Refused(f"There is no trust {in_words(missing)}.")
    for trust in trusts:
        if trust.body is not None and trust.body != body:
            raise Refused(f"{trust} ({trust.ods_code}) is served by {trust.body} already.")
        trust.body = body
        trust.save(update_fields=["body"])
    return trusts


def _field_for(role: str, place: Trust | CertificationBody) -> str:
    if role in TRUST_ROLES and isinstance(place, Trust):
        return "trust"
    if role in BODY_ROLES and isinstance(place, CertificationBody):
        return "body"
    raise Refused(f"The role {Role(role).label.lower()} is not held over {place}.")


def _person(email: str, name: str) -> tuple[User, bool]:
    """Whoever signs in with this address, or a new account for it, and whether it is new."""
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        if not user.is_active:
            raise Refused(f"The account of {user.email} is closed.")
        return user, False
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(f"“{email}” is not an e-mail address.") from error
    if not name:
        raise Refused(f"Nobody has the address {email} yet: say who it is with --name.")
    return User.objects.create_user(email=email, name=name), True
