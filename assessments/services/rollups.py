"""Rollups: one row made of many, the sums that differ from what is there, and all of them written anew."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from assessments.models.rollups import NUMBERS

KEYS = "body_id, year, about, subject, within, level"
SUMS = ", ".join(f"sum({name}) AS {name}" for name in NUMBERS)
NAMES = ", ".join(NUMBERS)

# Counted of all rows at once, and in other words than the triggers count one assessment: the one proves the other.
AFRESH = f"""
    WITH told AS (
        SELECT row.id, row.body_id, extract(year FROM row.opened_at AT TIME ZONE 'Europe/London')::int AS year,
            row.stage, row.outcome, row.assessor_id::text AS assessor, trust.region, trust.type,
            row.stage <> 'preparing' AND (row.stage <> 'withdrawn' OR row.submitted_at IS NOT NULL) AS known,
            department.treatment_function_id AS function, row.stage IN ('decided', 'appealed') AS decided
        FROM assessments_assessment row JOIN departments_department department ON department.id = row.department_id
        JOIN departments_trust trust ON trust.id = department.trust_id
    ), found AS (
        SELECT told.id, finding.element_id, criterion.number AS criterion,
            count(*) FILTER (WHERE band = 'compliance_plus') AS compliance_plus,
            count(*) FILTER (WHERE band = 'compliant') AS compliant,
            count(*) FILTER (WHERE band = 'partially_compliant') AS partially_compliant,
            count(*) FILTER (WHERE band = 'non_compliant') AS non_compliant,
            count(*) FILTER (WHERE band = 'not_applicable') AS not_applicable,
            count(*) FILTER (WHERE good_practice) AS good_practice
        FROM told JOIN assessments_finding finding ON finding.assessment_id = told.id
        JOIN assessments_element element ON element.id = finding.element_id
        JOIN assessments_subcriterion subcriterion ON subcriterion.id = element.subcriterion_id
        JOIN assessments_criterion criterion ON criterion.id = subcriterion.criterion_id
        WHERE told.decided GROUP BY GROUPING SETS ((told.id), (told.id, criterion.number), (told.id, element_id))
    ), bands AS (
        SELECT told.*, found.element_id, found.criterion, compliance_plus, compliant, partially_compliant,
            non_compliant, not_applicable, good_practice, compliance_plus + compliant AS met,
            compliance_plus + compliant + partially_compliant + non_compliant AS rated
        FROM found JOIN told USING (id)
    ), each AS (
        SELECT body_id, year, 'stage' AS about, region AS subject, stage AS within, 0 AS level, 0 AS compliance_plus,
            0 AS compliant, 0 AS partially_compliant, 0 AS non_compliant, 0 AS not_applicable, 0 AS good_practice
        FROM told WHERE known
        UNION ALL SELECT body_id, year, 'workload', assessor, stage, 0, 0, 0, 0, 0, 0, 0 FROM told
            WHERE assessor IS NOT NULL
        UNION ALL SELECT body_id, year, 'outcome', region, outcome, 0, 0, 0, 0, 0, 0, 0 FROM told WHERE decided
        UNION ALL SELECT body_id, year, 'criterion', criterion, outcome, 0, compliance_plus, compliant,
            partially_compliant, non_compliant, not_applicable, good_practice FROM bands WHERE criterion IS NOT NULL
        UNION ALL SELECT body_id, year, 'element', element_id::text, '', 0, compliance_plus, compliant,
            partially_compliant, non_compliant, not_applicable, good_practice FROM bands WHERE element_id IS NOT NULL
        UNION ALL SELECT body_id, year, 'assessor', assessor, coalesce(function, ''), 0, compliance_plus, compliant,
            partially_compliant, non_compliant, not_applicable, good_practice
            FROM bands WHERE criterion IS NULL AND element_id IS NULL AND assessor IS NOT NULL
        UNION ALL SELECT body_id, year, 'function', coalesce(function, ''), '', 0, compliance_plus, compliant,
            partially_compliant, non_compliant, not_applicable, good_practice
            FROM bands WHERE criterion IS NULL AND element_id IS NULL
        UNION ALL SELECT body_id, year, 'position', function, type, (100 * met / rated)::int, 0, 0, 0, 0, 0, 0
            FROM bands WHERE criterion IS NULL AND element_id IS NULL AND function IS NOT NULL AND rated > 0
    )
    SELECT {KEYS}, count(*) AS assessments,
        {", ".join(f"sum({name}) AS {name}" for name in NUMBERS[1:])}
    FROM each GROUP BY {KEYS}
"""
STORED = f"SELECT {KEYS}, {SUMS} FROM assessments_rollup GROUP BY {KEYS}"
SAYS = ", ".join(f"coalesce({{0}}.{name}, 0)" for name in NUMBERS)
DIFFER = f"""
    SELECT {KEYS}, ARRAY[{SAYS.format("stored")}]::int[], ARRAY[{SAYS.format("afresh")}]::int[]
    FROM ({STORED}) stored FULL JOIN ({AFRESH}) afresh USING ({KEYS})
    WHERE ({SAYS.format("stored")}) IS DISTINCT FROM ({SAYS.format("afresh")})
    ORDER BY {KEYS} LIMIT %(most)s
"""
FOLD = f"""
    WITH many AS (
        SELECT {KEYS} FROM assessments_rollup GROUP BY {KEYS}
        HAVING count(*) > 1 OR bool_and(({NAMES}) = ({", ".join("0" for _ in NUMBERS)}))
    ), gone AS (
        DELETE FROM assessments_rollup row USING many
        WHERE ({", ".join(f"row.{key.strip()}" for key in KEYS.split(","))})
            = ({", ".join(f"many.{key.strip()}" for key in KEYS.split(","))})
        RETURNING row.*
    )
    INSERT INTO assessments_rollup ({KEYS}, {NAMES})
    SELECT {KEYS}, {SUMS} FROM gone GROUP BY {KEYS}
    HAVING ({", ".join(f"sum({name})" for name in NUMBERS)}) <> ({", ".join("0" for _ in NUMBERS)})
"""


@transaction.atomic
def fold() -> bool:
    """Make one row of all that speak of the same; their sum stays. False when another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('fold_rollups'))")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(FOLD)
    return True


def sums_that_differ(*, most: int = 100) -> list[str]:
    """Sums that are not what a recount of everything gives, in words, the first so many. One query, one moment."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFER, {"most": most})
        return [in_words(*row) for row in cursor.fetchall()]


def in_words(*row: Any) -> str:
    *keys, stored, afresh = row
    body, year, about, subject, within, level = keys
    what = ", ".join(str(part) for part in (subject, within, level) if part)
    told = ", ".join(
        f"{name} {was} for {now}" for name, was, now in zip(NUMBERS, stored, afresh, strict=True) if was != now
    )
    return f"Rollup {about} of body {body}, {year}: {what}: {told}"


@transaction.atomic
def rebuild() -> None:
    """Write all rollups anew. Whoever would change what they count waits until it is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fold_rollups'))")
        cursor.execute(
            "LOCK TABLE departments_trust, departments_department, assessments_assessment IN SHARE ROW EXCLUSIVE MODE"
        )
        cursor.execute("DELETE FROM assessments_rollup")
        cursor.execute(f"INSERT INTO assessments_rollup ({KEYS}, {NAMES}) {AFRESH}")
