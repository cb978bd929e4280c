"""Store a version of the standard from its YAML file: `manage.py load_standard FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from assessments.services.standard_file import WrongStandard, read_standard
from assessments.services.standards import store_standard


class Command(BaseCommand):
    help = "Check a standard's YAML file and store it as a new version; the same content twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the YAML file, for example assessments/data/cse_standard.yaml")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            written = read_standard(file)
            standard, is_new = store_standard(written=written, name=str(file))
        except WrongStandard as error:
            raise CommandError(f"nothing was stored, because of this:\n{error}") from error
        if is_new:
            elements, criteria = len(written.elements()), len(written.criteria)
            ending = pluralize(criteria, "criterion,criteria")
            self.stdout.write(f"Stored {standard}: {elements} element{pluralize(elements)} in {criteria} {ending}.")
        else:
            self.stdout.write(f"Nothing changed: this is stored already as {standard}.")
