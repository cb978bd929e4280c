"""Say how much evidence a trust may keep: `manage.py set_quota RKE 20`, or `default` for what every trust has."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from departments.models import Trust

GIGABYTE = 1024**3


class Command(BaseCommand):
    help = "Set the space for evidence of a trust, named by its ODS code, in gigabytes; “default”: as every trust."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ods_code")
        parser.add_argument("gigabytes", help="A number such as 20 or 0.5, or “default”.")

    def handle(self, *args: Any, ods_code: str, gigabytes: str, **options: Any) -> None:
        trust = Trust.objects.filter(ods_code=ods_code.upper()).first()
        if trust is None:
            raise CommandError(f"There is no trust {ods_code}. Name it by its ODS code, such as RKE.")
        trust.quota_bytes = None if gigabytes == "default" else in_bytes(gigabytes)
        trust.save(update_fields=["quota_bytes"])
        held = settings.EVIDENCE_QUOTA_BYTES if trust.quota_bytes is None else trust.quota_bytes
        self.stdout.write(f"{trust.name} may keep {filesizeformat(held)} of evidence.")


def in_bytes(gigabytes: str) -> int:
    """The number of bytes that somebody asked for."""
    try:
        number = float(gigabytes)
    except ValueError:
        number = -1
    if not 0 <= number <= 1_000_000:
        raise CommandError(f"{gigabytes!r} is no number of gigabytes. Give one from 0 to 1000000, or “default”.")
    return int(number * GIGABYTE)
