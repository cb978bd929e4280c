"""Make a made-up country to measure and look at: `manage.py seed_national [--trusts N] [--seed N] [--force]`."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.national.seeding import TRUSTS, NoPlaceForIt, seed_national


class Command(BaseCommand):
    help = "Fill an empty database with a country: 220 trusts, 1.3 million findings. Never in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--trusts", type=int, default=TRUSTS, metavar="N", help=f"instead of {TRUSTS}")
        parser.add_argument("--seed", type=int, default=2009, metavar="N", help="another country (2009)")
        parser.add_argument("--force", action="store_true", help="although the database has people or departments")

    def handle(self, *, trusts: int, seed: int, force: bool, **options: Any) -> None:
        began = monotonic()
        try:
            made = seed_national(trusts=trusts, seed=seed, force=force)
        except NoPlaceForIt as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"national: {made.trusts:,} trusts, {made.departments:,} departments, {made.assessments:,} assessments, "
            f"{made.findings:,} findings in {monotonic() - began:,.0f} s."
        )
