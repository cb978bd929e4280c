"""Count again what assessments store as counts and report any difference: `manage.py check_counts [--repair]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assessments.models import Assessment, EvidenceUse, Statement
from assessments.services.tallies import count, recount
from files.rules import REFUSED
from portal.dashboards.words import numbered


class Command(BaseCommand):
    help = "Compare every assessment's stored counts with its rows; exit status 1 when any differ and are left so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="store the right counts, except of the decided and withdrawn"
        )

    def handle(self, *, repair: bool, **options: Any) -> None:
        checked = left = 0
        for assessment in Assessment.objects.select_related("department__trust").order_by("pk").iterator():
            checked += 1
            if not (differences := differing(assessment)):
                continue
            repaired = repair and not assessment.is_fixed
            self.stdout.write(f"{assessment.reference} {assessment}: {'; '.join(differences)}.")
            if repaired:
                put_right(assessment)
            elif repair:
                self.stdout.write("  It is decided or withdrawn, so the database lets nobody change it.")
            left += not repaired
        self.stdout.write(f"{numbered(checked, 'assessment')} checked, {left} with counts that differ.")
        if left:
            raise CommandError("stored counts differ from the rows that they count.", returncode=1)


def differing(assessment: Assessment) -> list[str]:
    """What is stored wrongly, in words."""
    found = []
    if miscounted := list(wrong_evidence(assessment).values_list("element__number", flat=True)):
        found.append(f"the evidence count of {', '.join(miscounted)}")
    fresh = count(assessment)
    found += [
        f"criterion {number} stores {assessment.tallies.get(number)} and has {fresh.get(number)}"
        for number in sorted({*fresh, *assessment.tallies})
        if assessment.tallies.get(number) != fresh.get(number)
    ]
    return found


def wrong_evidence(assessment: Assessment) -> QuerySet[Statement, Any]:
    """Statements whose evidence count is not the number of uses; `uses` is that number."""
    uses = EvidenceUse.objects.filter(assessment=OuterRef("assessment"), element=OuterRef("element")).exclude(
        version__file__state__in=REFUSED
    )
    number = uses.order_by().values("element").annotate(n=Count("pk")).values("n")
    return (
        Statement.objects.filter(assessment=assessment)
        .annotate(uses=Coalesce(Subquery(number, output_field=IntegerField()), 0))
        .exclude(evidence_count=F("uses"))
        .order_by("element__position")
    )


@transaction.atomic
def put_right(assessment: Assessment) -> None:
    """Store the right counts, as the rows stand now."""
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    for statement in wrong_evidence(locked):
        Statement.objects.filter(pk=statement.pk).update(evidence_count=statement.uses)
    recount(locked)
