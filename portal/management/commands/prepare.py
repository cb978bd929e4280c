"""Make a database ready to serve: `manage.py prepare`, run at every start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from assessments.services.standard_file import BUNDLED_STANDARD
from departments.models import User
from portal.health import migrations_to_apply


def refuse_demo_accounts() -> None:
    """A production database that was once a demo's is not served: its passwords are published."""
    if settings.PRODUCTION and (found := User.objects.filter(email__endswith=f"@{settings.DEMO_DOMAIN}").count()):
        raise CommandError(
            f"This database holds {found} demo accounts, so production will not start on it. Use another database."
        )


class Command(BaseCommand):
    help = (
        "Apply migrations that are missing; load reference data, the bundled standard and, in demo mode, the demo. "
        "What is there already stays."
    )

    def handle(self, **options: Any) -> None:
        if migrations_to_apply():  # asking is quick; `migrate` with nothing to do is not
            call_command("migrate", verbosity=0, stdout=self.stdout, stderr=self.stderr)
        refuse_demo_accounts()
        call_command("load_reference", stdout=self.stdout, stderr=self.stderr)
        call_command("load_measures", stdout=self.stdout, stderr=self.stderr)
        call_command("load_standard", BUNDLED_STANDARD, stdout=self.stdout, stderr=self.stderr)
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout, stderr=self.stderr)
