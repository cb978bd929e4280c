"""`manage.py move_evidence`: move the bytes of all files between PostgreSQL and the object storage."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from departments.models import Blob
from files.services.moving import POSTGRES, give_up_copies, move_everything, to_move

OBJECTS = "objects"


class Command(BaseCommand):
    help = (
        "Move the bytes of all files to the object storage, or back. Each is read back and hashed there before it is "
        "given up here. May be stopped at any point, and run again; the portal may go on meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", choices=[OBJECTS, "postgres"], required=True)
        parser.add_argument("--limit", type=int, help="how many contents to move at most")

    def handle(self, *args: Any, **options: Any) -> None:
        if OBJECTS not in settings.STORAGES:
            raise CommandError("There is no object storage: set S3_BUCKET and what opens it (see .env.example).")
        to = OBJECTS if options["to"] == OBJECTS else POSTGRES
        count, size = to_move(to)
        self.stdout.write(f"{count} contents, {size} bytes are to move.")
        done = 0

        def tell(blob: Blob, problem: str) -> None:
            nonlocal done
            done += not problem
            self.stdout.write(problem or f"{done} of {count}: {blob.sha256}, {blob.size} bytes")
            self.stdout.flush()

        well = move_everything(to=to, limit=options["limit"], tell=tell)
        if to == POSTGRES:
            self.stdout.write(f"{give_up_copies(storage=OBJECTS)} copies that earlier moves left are removed.")
        if not well:
            raise CommandError("Some contents stay where they are. Run check_evidence, and see docs/operations.md.")
        self.stdout.write(f"{done} contents were moved.")
