"""Makes the made-up country: all of it or nothing, in a database in which nobody works."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from assessments.services import rollups
from assessments.services.gaps import departments_again
from assessments.services.tallies import counts_of
from departments.models import CertificationBody, Department, User
from portal.national import filling, words
from portal.national.bulk import put_away
from portal.national.patients import listen
from portal.national.places import BODY, DOMAIN, Places, build_places

TRUSTS = 220
YEARS = 5
LONG_TRUSTS, LONG_YEARS = 10, 12
AT_ONCE = 5000

# What is filled with so many rows that making its indexes at the end is quicker.
TABLES = [
    "assessments_finding", "assessments_statement", "assessments_evidence", "assessments_evidenceversion",
    "assessments_evidenceuse", "assessments_assessment", "assessments_stagemove", "assessments_correctiveaction",
    "assessments_practicecase",
]  # fmt: skip


class NoPlaceForIt(Exception):
    """This database is one that people work in, or the country is there already."""


@dataclass(frozen=True)
class Seeded:
    """What was made, in rows."""

    trusts: int
    departments: int
    assessments: int
    findings: int


def seed_national(*, seed: int, trusts: int = TRUSTS, force: bool = False) -> Seeded:
    """Make the country, and have the planner look at it. The same seed makes the same one on the same day."""
    made = fill(seed=seed, trusts=trusts, force=force)
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return made


def refuse_where_people_work(*, force: bool) -> None:
    """Never in production, whatever is forced; elsewhere not beside real people unless that is meant."""
    if settings.PRODUCTION:
        raise NoPlaceForIt("This portal runs in production (PORTAL_PRODUCTION): a made-up country has no place in it.")
    if CertificationBody.objects.filter(name=BODY).exists():
        raise NoPlaceForIt(f"There is a made-up country here already: {BODY} is its certification body.")
    people = User.objects.exclude(email__endswith=f"@{DOMAIN}").count()
    if not force and (people or Department.objects.exists()):
        raise NoPlaceForIt(
            f"This database has {people} people and {Department.objects.count()} departments of its own, from which a "
            "made-up country could never be told again. Use an empty database, or --force if you mean it."
        )


@transaction.atomic
def fill(*, seed: int, trusts: int, force: bool) -> Seeded:
    with connection.cursor() as cursor:  # two at once must not both make it
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('seed_national'))")
    refuse_where_people_work(force=force)
    places = build_places(number=trusts)
    said = what_is_said(places)
    with put_away(TABLES) as cursor:
        cursor.execute(filling.DRAW.format(seed=int(seed)), said)
        cursor.execute(filling.MADE, said)
        cursor.execute(filling.RATED.format(seed=int(seed)), said)
        for name in ("made", "rated"):
            cursor.execute(f"ANALYZE {name}")
        cursor.execute(filling.FINDINGS, said)
        findings = cursor.rowcount
        for statement in (filling.STATEMENTS, filling.AWARDED):
            cursor.execute(statement, said)
        cursor.execute("SELECT id FROM made ORDER BY id")
        made = [pk for (pk,) in cursor.fetchall()]
        tally(cursor, made)
        for statement in (filling.ASSESSMENTS, filling.MOVES, *filling.EVIDENCE, *filling.AFTERWARDS):
            cursor.execute(statement, said)
        cursor.execute("DROP FUNCTION pg_temp.draw")
    listen(places, seed=seed)
    rollups.rebuild()
    with connection.cursor() as cursor:  # of rows that nobody has counted the planner thinks that there are none
        cursor.execute("ANALYZE")
    departments_again(places.departments)
    return Seeded(len(places.trusts), len(places.departments), len(made), findings)


def what_is_said(places: Places) -> dict[str, Any]:
    """The values that the statements of `filling` name."""
    today = timezone.localdate()
    return {
        "departments": [row.pk for row in places.departments], "leads": [row.pk for row in places.leads],
        "assessors": [row.pk for row in places.assessors], "certifiers": [row.pk for row in places.certifiers],
        "standard": places.standard.pk, "body": places.body.pk, "each": len(words.FUNCTIONS), "years": YEARS,
        "long": LONG_TRUSTS, "long_years": LONG_YEARS, "year": today.year, "day": today.timetuple().tm_yday,
        "today": today, "now": timezone.now(), "stated": list(words.STATED), "found": list(words.FOUND),
        "strengths": list(words.STRENGTHS), "improve": list(words.IMPROVE), "pieces": list(words.PIECES),
    }  # fmt: skip


def tally(cursor: Any, assessments: list[int]) -> None:
    """The counts of all, by the service that counts them in life, for the assessments that are made of them next."""
    cursor.execute("ANALYZE assessments_statement, assessments_finding")
    cursor.execute("CREATE TEMPORARY TABLE tallied (assessment bigint, tallies jsonb) ON COMMIT DROP")
    for start in range(0, len(assessments), AT_ONCE):
        counts = counts_of(assessments[start : start + AT_ONCE])
        cursor.execute(
            "INSERT INTO tallied SELECT * FROM unnest(%s::bigint[], %s::jsonb[])",
            [list(counts), [json.dumps(tallies) for tallies in counts.values()]],
        )
