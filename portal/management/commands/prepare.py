"""Make a database ready to serve: `manage.py prepare`, run at every start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from assessments.services.standard_file import BUNDLED_STANDARD
from portal.health import migrations_to_apply


class Command(BaseCommand):
    help = (
        "Apply migrations that are missing; load reference data, the bundled standard and, in demo mode, the demo. "
        "What is there already stays."
    )

    def handle(self, **options: Any) -> None:
        if migrations_to_apply():  # asking is quick; `migrate` with nothing to do is not
            call_command("migrate", verbosity=0, stdout=self.stdout, stderr=self.stderr)
        call_command("load_reference", stdout=self.stdout, stderr=self.stderr)
        call_command("load_standard", BUNDLED_STANDARD, stdout=self.stdout, stderr=self.stderr)
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout, stderr=self.stderr)
