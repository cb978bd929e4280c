"""Load the national reference data that comes with the portal: `manage.py load_reference`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from departments.services.reference import Loaded, WrongReference, load_treatment_functions, load_trusts

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Check and load NHS trusts and treatment functions; what is there already is corrected, nothing is removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--trusts", type=Path, default=DATA / "nhs_trusts.csv", metavar="FILE")
        parser.add_argument("--functions", type=Path, default=DATA / "treatment_functions.csv", metavar="FILE")

    @transaction.atomic
    def handle(self, *, trusts: Path, functions: Path, **options: Any) -> None:
        try:
            self.say("trusts", load_trusts(file=trusts))
            self.say("treatment functions", load_treatment_functions(file=functions))
        except WrongReference as error:
            raise CommandError(f"nothing was stored, because of this:\n{error}") from error

    def say(self, what: str, loaded: Loaded) -> None:
        self.stdout.write(f"{what}: {loaded.added} added, {loaded.changed} changed, {loaded.unchanged} as before.")
