"""`manage.py check_evidence`: hash everything that is stored again, and say what differs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from files.services.integrity import check_everything, check_slice

MEGABYTE = 1024 * 1024


class Command(BaseCommand):
    help = "Hash everything that is stored again and look for orphans. Ends with 1 when anything differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = "hash so many megabytes only, of what was hashed longest ago (the orphans of the last days left out)"
        parser.add_argument("--slice", type=int, metavar="MB", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["slice"] is None:
            done = check_everything(tell=self.stdout.write)
        else:
            done = check_slice(most_bytes=options["slice"] * MEGABYTE, tell=self.stdout.write)
        said = f"{done.blobs} contents, {done.bytes} bytes were hashed again"
        if done.problems:
            raise CommandError(f"{said}. {len(done.problems)} differ: docs/operations.md says what to do.")
        self.stdout.write(f"{said}; nothing differs.")
