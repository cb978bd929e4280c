"""Count again what is stored as a count: `manage.py recount` repairs, `manage.py recount --check` reports."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.services import rollups
from assessments.services.gaps import departments_again, gaps_that_differ
from assessments.services.recounting import differing, in_parts, one_moment, put_right
from departments.models import Department
from portal.dashboards.words import numbered

MOST_SAID = 100


class Command(BaseCommand):
    help = (
        "Compare stored counts and sums with the rows that they count; exit status 1 when any differ and are left so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only report; change nothing")

    def handle(self, *, check: bool, **options: Any) -> None:
        left = self.checked() if check else self.repaired()
        if left:
            raise CommandError("stored counts differ from the rows that they count.", returncode=1)

    def checked(self) -> int:
        """How many counts differ, all seen at one moment, so that people may go on working."""
        with one_moment():
            counted = wrong = 0
            for part in in_parts():
                counted += len(part)
                found = differing(part)
                wrong += len(found)
                for assessment in part:
                    if assessment.pk in found:
                        self.stdout.write(f"{assessment.reference} {assessment}: {'; '.join(found[assessment.pk])}.")
            sums, gaps = rollups.sums_that_differ(most=MOST_SAID), gaps_that_differ()
        for words in (*(f"{one}." for one in sums), *gaps[:MOST_SAID]):
            self.stdout.write(words)
        return self.told(counted, wrong, len(sums), len(gaps))

    def repaired(self) -> int:
        """How many counts differ and could not be put right."""
        counted = left = 0
        for part in in_parts():
            counted += len(part)
            found = differing(part)
            for assessment in (row for row in part if row.pk in found):
                self.stdout.write(f"{assessment.reference} {assessment}: {'; '.join(found[assessment.pk])}.")
                if not put_right(assessment):
                    self.stdout.write("  It is decided or withdrawn, so the database lets nobody change it.")
                    left += 1
        rollups.rebuild()
        departments_again(Department.objects.order_by("pk").iterator())
        return self.told(counted, left, 0, 0)

    def told(self, counted: int, wrong: int, sums: int, gaps: int) -> int:
        said = f"{sums}{'' if sums < MOST_SAID else ' or more'} sums that differ; {gaps} gaps that differ"
        self.stdout.write(f"{numbered(counted, 'assessment')} checked, {wrong} with counts that differ; {said}.")
        return wrong + sums + gaps
