"""Load the demo's story: `manage.py load_demo`, in demo mode only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.services.refusals import Refused
from portal.demo.loading import NotADemo, load_demo
from portal.demo.places import NoReferenceData


class Command(BaseCommand):
    help = "Load the demo: its people, places, evidence and assessments. A second time changes nothing."

    def handle(self, **options: Any) -> None:
        try:
            told = load_demo()
        except (NotADemo, NoReferenceData, Refused) as error:
            raise CommandError(str(error)) from error
        for assessment in told:
            self.stdout.write(f"demo: {assessment} ({assessment.get_stage_display().lower()})")
        if not told:
            self.stdout.write("demo: there already, nothing changed.")
