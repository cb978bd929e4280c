"""Load the national measures that come with the portal: `manage.py load_measures`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from departments.services.reference import WrongReference
from feedback.services.measures import BUNDLED_MEASURES, load_measures


class Command(BaseCommand):
    help = "Check and load the national measures; what is there already is corrected, nothing is removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, default=BUNDLED_MEASURES)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            loaded = load_measures(file=file)
        except WrongReference as error:
            raise CommandError(f"nothing was stored, because of this:\n{error}") from error
        words = f"{loaded.added} added, {loaded.changed} changed, {loaded.unchanged} as before."
        self.stdout.write(f"measures: {words}")
