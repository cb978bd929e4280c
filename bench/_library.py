"""A country of evidence for figures: trusts, assessments, and pages whose words are as frequent as in life."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.services.standards import store_standard
from bench._trust import person
from departments.models import CertificationBody, Department, TreatmentFunction, Trust, User
from departments.rules import Role

TRUSTS = 50
DEPARTMENTS = 4
PAGES_OF_A_FILE = 10
PASSAGES_OF_A_PAGE = 3
VOCABULARY = 30_000
# Words by how often they stand on a page, as a search tells them from the others.
RARE, COMMON = "hydrangea", "patient"
# No divisor of the number of departments, so that each of them has one such file.
FILES_TO_A_RARE_WORD = 49
PASSAGES = 5_000
WORDS_OF_A_PASSAGE = 100


@dataclass
class Library:
    """Who searches: somebody who sees one department's files, a trust's, an assessment's, and all."""

    lead: User
    executive: User
    assessor: User
    certifier: User


def build(*, pages: int) -> Library:
    """Trusts of four departments, each with as many files as make up the pages; every file supports an element."""
    body = CertificationBody.objects.create(name=f"Body of {pages} pages")
    function = TreatmentFunction.objects.get_or_create(code="320", name="Cardiology", short_name="Cardiology")[0]
    standard = store_standard(written=read_standard(BUNDLED_STANDARD), name="cse_standard.yaml")[0]
    trusts = Trust.objects.bulk_create(
        Trust(ods_code=f"{pages % 97:02}{number:03}", name=f"Trust {pages}.{number}", type="acute", region="London",
              icb_code="QMJ", icb_name="North Central London", body=body)
        for number in range(TRUSTS)
    )  # fmt: skip
    departments = Department.objects.bulk_create(
        Department(trust=trust, name=f"Department {number}", treatment_function=function)
        for trust in trusts
        for number in range(DEPARTMENTS)
    )
    library = Library(
        lead=person(f"lead.of.{pages}", role=Role.LEAD, department=departments[-1]),
        executive=person(f"executive.of.{pages}", role=Role.EXECUTIVE, trust=trusts[-1]),
        assessor=person(f"assessor.of.{pages}", role=Role.ASSESSOR, body=body),
        certifier=person(f"certifier.of.{pages}", role=Role.CERTIFIER, body=body),
    )
    fill(library, departments, standard_id=standard.pk, body_id=body.pk, files=pages // PAGES_OF_A_FILE)
    return library


def fill(library: Library, departments: list[Department], *, standard_id: int, body_id: int, files: int) -> None:
    """Everything else by SQL alone: minutes of Python otherwise."""
    said: dict[str, Any] = {
        "standard": standard_id, "body": body_id, "lead": library.lead.pk, "assessor": library.assessor.pk,
        "departments": [row.pk for row in departments], "now": timezone.now(), "files": files,
        "tag": library.lead.pk, "last": departments[-1].pk,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL work_mem = '64MB'")
        cursor.execute(INDEXES_SQL, {"filled": FILLED})
        indexes = cursor.fetchall()
        for name, _made_by in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        switch(cursor, "DISABLE")
        for statement in (*WORDS_SQL, *FILL_SQL, "SET CONSTRAINTS ALL IMMEDIATE"):
            cursor.execute(statement, said)
        switch(cursor, "ENABLE")
        for _name, made_by in indexes:
            cursor.execute(made_by)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def switch(cursor: Any, on_or_off: str) -> None:
    """History is not searched, and would take longer to write than what is."""
    for table in FILLED:
        cursor.execute(f'ALTER TABLE "{table}" {on_or_off} TRIGGER USER')


# What is filled, and the indexes of it that keep no constraint: made once of all rows they take a fraction of the time.
FILLED = [
    "assessments_evidence", "assessments_evidenceuse", "assessments_evidenceversion", "assessments_finding",
    "assessments_statement", "files_file", "files_page",
]  # fmt: skip
INDEXES_SQL = """SELECT indexname, indexdef FROM pg_indexes JOIN pg_index ON indexrelid = indexname::regclass
    WHERE tablename = ANY(%(filled)s) AND NOT indisunique ORDER BY indexname"""

# The n-th word is as frequent as 1/n: a uniform number is the power to which the size of the vocabulary is raised.
WORDS_SQL = [
    f"""CREATE TEMPORARY TABLE vocabulary AS
       SELECT rank, CASE rank WHEN 1 THEN '{COMMON}' WHEN 2 THEN 'clinic' WHEN 3 THEN 'complaints' WHEN 5 THEN 'waiting'
           ELSE translate(to_hex(rank * 7919), '0123456789', 'ghijklmnop') || chr(97 + rank %% 26) END AS word
       FROM generate_series(1, {VOCABULARY}) rank""",
    f"""CREATE TEMPORARY TABLE passage AS
       SELECT n AS id, string_agg(word, ' ') AS words
       FROM (SELECT n, ({VOCABULARY} ^ random())::int AS rank
             FROM generate_series(1, {PASSAGES}) n, generate_series(1, {WORDS_OF_A_PASSAGE})) drawn
       JOIN vocabulary USING (rank) GROUP BY n""",
    "ALTER TABLE vocabulary ADD PRIMARY KEY (rank)",
    "ALTER TABLE passage ADD PRIMARY KEY (id)",
    "ANALYZE vocabulary, passage",
]


def passage(number: str) -> str:
    """SQL of a passage by a number that differs from row to row."""
    return f"(SELECT words FROM passage WHERE passage.id = 1 + abs(hashint8({number})::bigint) %% {PASSAGES})"


A_PAGE = " || ' ' || ".join(passage(f"made.n * 1000 + page * 10 + {part}") for part in range(PASSAGES_OF_A_PAGE))
OF_AN_ELEMENT = passage("assessment.id * 1000 + element.id")
FILL_SQL = [
    """INSERT INTO assessments_assessment (department_id, standard_id, body_id, kind, title, stage,
           opened_by_id, opened_at, submitted_at, assessor_id, assigned_at, method, strengths, recommendation,
           proposed_outcome, outcome, paused_from,
           proposal_version, tallies)
       SELECT id, %(standard)s, %(body)s, 'initial', 'First assessment', 'desk_review', %(lead)s, %(now)s, %(now)s,
           CASE WHEN id = %(last)s THEN %(assessor)s ELSE %(lead)s END, %(now)s, '', '', '', '', '', '', 0, '{}'
       FROM unnest(%(departments)s) id""",
    """CREATE TEMPORARY TABLE made AS SELECT n, nextval('departments_blob_id_seq') AS blob,
           nextval('assessments_evidence_id_seq') AS evidence, nextval('assessments_evidenceversion_id_seq') AS version,
           (%(departments)s::bigint[])[1 + n %% array_length(%(departments)s::bigint[], 1)] AS department,
           (SELECT string_agg(word, ' ') FROM vocabulary WHERE rank = 1 + n %% 40 OR rank = 50 + n %% 900) AS title
       FROM generate_series(1, %(files)s) n""",
    "ANALYZE made",
    """INSERT INTO departments_blob (id, sha256, size, kept_in, stored_at)
       SELECT blob, encode(sha256(('%(tag)s.' || n)::bytea), 'hex'), 1000, '', now() FROM made""",
    """INSERT INTO files_file (token, department_id, name, size, blob_id, state, sent_by_id, sent_at,
           content_type, problems, virus, checked_at, scanned_at, attempts, read_at, read_attempts,
           pages, cut, has_thumbnail, patient_data, patient_signs,
           patient_reason)
       SELECT gen_random_uuid(), department, 'Report ' || n || '.pdf', 1000, blob, 'clean', %(lead)s, %(now)s,
           'application/pdf', '[]', '', now(), now(), 0, now(), 0, 10, false, false, '', '[]', '' FROM made""",
    "ANALYZE files_file",
    f"""INSERT INTO files_page (blob_id, number, label, text, width, height)
       SELECT blob, page, 'Page ' || page,
           CASE WHEN page = 7 AND made.n %% {FILES_TO_A_RARE_WORD} = 0 THEN '{RARE} ' ELSE '' END
           || {A_PAGE}, 0, 0
       FROM made CROSS JOIN generate_series(1, {PAGES_OF_A_FILE}) AS page""",
    """INSERT INTO assessments_evidence (id, department_id, series, number, title, owner, notes, current_id, version)
       SELECT evidence, department, 'ES', n, title, 'Matron of ward ' || n %% 30, '', version, 0 FROM made""",
    """INSERT INTO assessments_evidenceversion (id, evidence_id, number, file_id, link, dated, change, added_by_id,
           added_at)
       SELECT version, evidence, 1, file.id, '', '2026-03-01', '', %(lead)s, %(now)s
       FROM made JOIN files_file file ON file.blob_id = made.blob""",
    """INSERT INTO assessments_evidenceuse (assessment_id, element_id, evidence_id, version_id, shows, place, strongest)
       SELECT assessment.id, element.id, made.evidence, made.version, made.title, '', false
       FROM made JOIN assessments_assessment assessment ON assessment.department_id = made.department
       JOIN assessments_element element ON element.standard_id = %(standard)s
           AND element.position = 1 + made.n / 200 %% 57""",
    f"""INSERT INTO assessments_statement (assessment_id, element_id, text, band, tell_me, evidence_count, version,
           carried, in_scope, scope_reason, inherits)
       SELECT assessment.id, element.id, {OF_AN_ELEMENT},
           'compliant', '', 1, 1, false, true, '', false
       FROM assessments_assessment assessment JOIN assessments_element element USING (standard_id)
       WHERE assessment.department_id = ANY(%(departments)s)""",
    f"""INSERT INTO assessments_finding (assessment_id, element_id, narrative, band, strengths, improvement,
           good_practice, version, carried)
       SELECT assessment.id, element.id, {OF_AN_ELEMENT},
           'compliant', '', '', false, 1, false
       FROM assessments_assessment assessment JOIN assessments_element element USING (standard_id)
       WHERE assessment.department_id = ANY(%(departments)s)""",
    "DROP TABLE made, vocabulary, passage",
]
