"""Let the first people of a trust or a certification body in: `manage.py invite EMAIL ROLE PLACE --name NAME`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from departments.models import CertificationBody, Trust
from departments.rules import BODY_ROLES, TRUST_ROLES, in_words
from departments.services import appointments
from departments.services.refusals import Refused


def find_trust(ods_code: str) -> Trust:
    trust = Trust.objects.filter(ods_code=ods_code.upper()).first()
    if trust is None:
        raise Refused(f"There is no trust {ods_code}. Name it by its ODS code, such as RKE.")
    return trust


def find_body(name: str, new: bool) -> CertificationBody:
    """A body by its name. A new one has to be meant, so that a misspelling founds none."""
    body = CertificationBody.objects.filter(name__iexact=name.strip()).first()
    if body is not None:
        return body
    if new:
        return CertificationBody.objects.create(name=name.strip())
    others = in_words(list(CertificationBody.objects.order_by("name").values_list("name", flat=True)))
    here = f"Here there is {others}." if others else "There is none yet."
    raise Refused(f"There is no certification body “{name}”. {here} Add --new to found it.")


class Command(BaseCommand):
    help = (
        "Give somebody a role over a trust (ODS code) or a certification body (its name) and tell them by e-mail. "
        "Leads and contributors are invited in the portal by the administrator of their trust."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=[role.value for role in (*TRUST_ROLES, *BODY_ROLES)])
        parser.add_argument("place", help="a trust's ODS code, or the name of a certification body")
        parser.add_argument("--name", default="", help="who it is; needed for somebody new")
        parser.add_argument("--new", action="store_true", help="found the certification body")
        parser.add_argument(
            "--serves", nargs="+", default=[], metavar="ODS", help="the trusts that the certification body serves"
        )

    @transaction.atomic
    def handle(
        self, *, email: str, role: str, place: str, name: str, new: bool, serves: list[str], **options: Any
    ) -> None:
        if role in TRUST_ROLES and (new or serves):
            raise CommandError("--new and --serves are said of a certification body.")
        try:
            where = find_trust(place) if role in TRUST_ROLES else find_body(place, new)
            if isinstance(where, CertificationBody):
                for trust in appointments.let_certify(body=where, ods_codes=[code.upper() for code in serves]):
                    self.stdout.write(f"{where} serves {trust}.")
            appointed = appointments.appoint(email=email, name=name, role=role, place=where)
        except Refused as refused:
            raise CommandError(refused.reason) from refused
        held = appointed.membership
        how = "how to choose a password" if appointed.is_new_person else "that they have this role"
        self.stdout.write(f"{held.user.name} is {held.get_role_display().lower()} of {where}.")
        self.stdout.write(f"An e-mail to {held.user.email} says {how}.")
