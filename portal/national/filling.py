"""SQL that fills the made-up country: assessments with all that hangs on them, drawn from the seed alone.

Every draw is a hash of what it is for (department, year, element), so the same seed gives the same country in whatever
order the database goes about it.
"""

DRAW = """
    CREATE FUNCTION pg_temp.draw(what text) RETURNS float8 IMMUTABLE LANGUAGE sql
    AS $$ SELECT abs(hashtextextended(what, {seed}) %% 1000003) / 1000003.0 $$
"""

# Who assesses what in which year, how well it does (`worth`), and how far it has come.
MADE = """
    CREATE TEMPORARY TABLE made ON COMMIT DROP AS
    SELECT nextval('assessments_assessment_id_seq') AS id, drawn.* FROM (
        SELECT place.n, department, lead, year, %(year)s - year AS back, opened.at AS opened,
            (%(assessors)s::bigint[])[1 + floor(pg_temp.draw(name || 'who') * cardinality(%(assessors)s::bigint[]))]
                AS assessor,
            (%(certifiers)s::bigint[])[1 + place.n %% cardinality(%(certifiers)s::bigint[])] AS certifier,
            0.35 * pg_temp.draw('department' || place.n) + 0.15 * pg_temp.draw('trust' || (place.n - 1) / %(each)s)
                + 0.01 * (year - %(year)s) AS worth,
            CASE WHEN year < %(year)s THEN 'decided' ELSE (
                SELECT stage FROM (VALUES (0.06, 'preparing'), (0.12, 'submitted'), (0.22, 'desk_review'),
                    (0.28, 'visit_planned'), (0.36, 'visited'), (0.44, 'draft_report'), (0.50, 'factual_check'),
                    (0.56, 'decision'), (0.58, 'paused'), (0.60, 'withdrawn'), (0.62, 'appealed'), (1.01, 'decided')
                ) come (until, stage) WHERE pg_temp.draw(name || 'stage') < until ORDER BY until LIMIT 1
            ) END AS stage
        FROM unnest(%(departments)s::bigint[], %(leads)s::bigint[]) WITH ORDINALITY place (department, lead, n)
        CROSS JOIN LATERAL generate_series(%(year)s - CASE WHEN place.n <= %(long)s * %(each)s THEN %(long_years)s
            ELSE %(years)s END + 1, %(year)s) year
        CROSS JOIN LATERAL (SELECT place.n || '.' || year || '.' AS name) named
        CROSS JOIN LATERAL (SELECT make_date(year, 1, 1)::timestamp AT TIME ZONE 'UTC' + interval '9 hours'
            + interval '1 day' * floor((0.9 * pg_temp.draw('day' || place.n) + 0.1 * pg_temp.draw(name || 'day'))
                * CASE WHEN year = %(year)s THEN %(day)s - 1 ELSE 364 END) AS at) opened
        ORDER BY opened.at, place.n
    ) drawn
"""

# How well each element does, as found and as the department sees itself; `one` to `three` are draws of its own.
RATED = """
    CREATE TEMPORARY TABLE rated ON COMMIT DROP AS
    SELECT made.id AS assessment, element.id AS element, element.position, criterion.number AS criterion, made.stage,
        CASE WHEN made.stage IN ('preparing', 'submitted') OR three >= CASE made.stage
            WHEN 'desk_review' THEN 0.4 WHEN 'paused' THEN 0.4 WHEN 'withdrawn' THEN 0.4 WHEN 'visit_planned' THEN 0.6
            WHEN 'visited' THEN 0.85 WHEN 'draft_report' THEN 0.97 ELSE 2 END THEN ''
        WHEN element.may_be_not_applicable AND two < 0.08 THEN 'not_applicable'
        WHEN score > 0.78 THEN 'compliance_plus' WHEN score > 0.31 THEN 'compliant'
        WHEN score > 0.15 THEN 'partially_compliant' ELSE 'non_compliant' END AS band,
        CASE WHEN made.stage = 'preparing' AND three > 0.6 THEN ''
        WHEN score + 0.05 + 0.1 * two > 0.78 THEN 'compliance_plus'
        WHEN score + 0.05 + 0.1 * two > 0.31 THEN 'compliant' ELSE 'partially_compliant' END AS own,
        one, two, three
    FROM made CROSS JOIN assessments_element element
    JOIN assessments_subcriterion subcriterion ON subcriterion.id = element.subcriterion_id
    JOIN assessments_criterion criterion ON criterion.id = subcriterion.criterion_id
    CROSS JOIN LATERAL (
        SELECT hashtextextended(made.n || '.' || made.year || '.' || element.number, {seed}) AS h) hashed
    CROSS JOIN LATERAL (SELECT abs(h %% 1000003) / 1000003.0 AS one, abs(h / 1000003 %% 1000003) / 1000003.0 AS two,
        abs(h / 1000003 / 1000003 %% 1000003) / 1000003.0 AS three) drawn
    CROSS JOIN LATERAL (SELECT made.worth + 0.35 * one + 0.2 * pg_temp.draw('element' || element.number)
        + 0.15 * pg_temp.draw('assessor' || made.assessor - (%(assessors)s::bigint[])[1]) AS score) scored
    WHERE element.standard_id = %(standard)s
"""


def one_of(sentences: str, draw: str) -> str:
    """SQL of a sentence by a draw."""
    return f"(%({sentences})s::text[])[1 + floor({draw} * cardinality(%({sentences})s::text[]))]"


STATEMENTS = f"""
    INSERT INTO assessments_statement (assessment_id, element_id, text, band, tell_me, carried, in_scope, scope_reason,
        evidence_count, inherits, version)
    SELECT assessment, element, CASE WHEN own = '' THEN '' ELSE {one_of("stated", "one")} || ' '
            || {one_of("stated", "two")} END,
        own, CASE WHEN own = '' THEN '' ELSE 'Ask the sister.' END, false, true, '',
        (position %% 3 = 0)::int, false, (own <> '')::int
    FROM rated
"""
FINDINGS = f"""
    INSERT INTO assessments_finding (assessment_id, element_id, band, narrative, strengths, improvement, carried,
        good_practice, version)
    SELECT assessment, element, band, CASE WHEN band = '' THEN '' ELSE {one_of("found", "two")} || ' '
            || {one_of("found", "three")} END,
        CASE WHEN band = 'compliance_plus' THEN {one_of("strengths", "two")} ELSE '' END,
        CASE WHEN band IN ('partially_compliant', 'non_compliant') THEN {one_of("improve", "two")} ELSE '' END,
        false, band = 'compliance_plus' AND two < 0.1, (band <> '')::int
    FROM rated WHERE stage NOT IN ('preparing', 'submitted')
"""

# The award rule, without the tolerated non-compliances that a standard may have.
AWARDED = """
    CREATE TEMPORARY TABLE awarded ON COMMIT DROP AS
    SELECT assessment, bool_and(non_compliant = 0 AND partial <= (
        SELECT (award_rule -> 'max_partial_per_criterion' ->> criterion)::int FROM assessments_standard
        WHERE id = %(standard)s)) AS award
    FROM (
        SELECT assessment, criterion, count(*) FILTER (WHERE band = 'partially_compliant') AS partial,
            count(*) FILTER (WHERE band = 'non_compliant') AS non_compliant
        FROM rated GROUP BY assessment, criterion
    ) counted GROUP BY assessment
"""

ASSESSMENTS = """
    INSERT INTO assessments_assessment (id, department_id, standard_id, body_id, kind, title, follows_id, stage,
        opened_by_id, opened_at, due_on, submitted_at, assessor_id, assigned_at, declared_at, draft_sent_at,
        facts_due_on, facts_checked_at, proposed_at, method, strengths, recommendation, proposed_outcome, outcome,
        decided_at, decided_by_id, certified_until, paused_from, proposal_version, tallies)
    SELECT made.id, made.department, %(standard)s, %(body)s,
        (ARRAY['initial', 'annual_review_1', 'annual_review_2', 'recertification'])[1 + (made.year + made.n) %% 4],
        'Assessment ' || made.year, last.id, made.stage, made.lead, made.opened,
        (made.opened + interval '60 days')::date,
        CASE WHEN sent THEN least(made.opened + interval '55 days', %(now)s) END,
        CASE WHEN reviewed THEN made.assessor END,
        CASE WHEN reviewed THEN least(made.opened + interval '65 days', %(now)s) END,
        CASE WHEN reviewed THEN least(made.opened + interval '66 days', %(now)s) END,
        CASE WHEN drafted THEN least(made.opened + interval '120 days', %(now)s) END,
        CASE WHEN drafted THEN (least(made.opened + interval '120 days', %(now)s) + interval '14 days')::date END,
        CASE WHEN drafted AND made.stage <> 'factual_check' THEN least(made.opened + interval '130 days', %(now)s) END,
        CASE WHEN drafted AND made.stage <> 'factual_check' THEN least(made.opened + interval '135 days', %(now)s) END,
        '', CASE WHEN drafted THEN 'Patients are listened to.' ELSE '' END,
        CASE WHEN drafted THEN 'Go on, and show what came of it.' ELSE '' END,
        CASE WHEN drafted THEN result ELSE '' END, CASE WHEN decided THEN result ELSE '' END,
        CASE WHEN decided THEN ended END, CASE WHEN decided THEN made.certifier END,
        CASE WHEN decided AND result = 'award' THEN (ended + interval '3 years')::date END,
        CASE WHEN made.stage = 'paused' THEN 'desk_review' ELSE '' END, drafted::int, tallied.tallies
    FROM made JOIN awarded ON awarded.assessment = made.id JOIN tallied ON tallied.assessment = made.id
    LEFT JOIN made last ON last.n = made.n AND last.year = made.year - 1
    CROSS JOIN LATERAL (SELECT made.stage <> 'preparing' AS sent,
        made.stage NOT IN ('preparing', 'submitted') AS reviewed,
        made.stage IN ('factual_check', 'decision', 'decided', 'appealed') AS drafted,
        made.stage IN ('decided', 'appealed') AS decided,
        CASE WHEN award THEN 'award' ELSE 'no_award' END AS result,
        least(made.opened + interval '150 days', %(now)s) AS ended) is_so
    ORDER BY made.id
"""

MOVES = """
    INSERT INTO assessments_stagemove (assessment_id, move, start, "end", by_id, at, reason)
    SELECT made.id, move, start, "end",
        CASE who WHEN 'lead' THEN lead WHEN 'certifier' THEN certifier ELSE assessor END,
        least(made.opened + interval '1 day' * days, %(now)s), ''
    FROM made CROSS JOIN (VALUES
        (1, 'submit', 'preparing', 'submitted', 'lead', 55), (2, 'assign', 'submitted', 'desk_review', 'certifier', 65),
        (3, 'plan_visit', 'desk_review', 'visit_planned', 'assessor', 75),
        (4, 'close_visit', 'visit_planned', 'visited', 'assessor', 100),
        (5, 'draft', 'visited', 'draft_report', 'assessor', 110),
        (6, 'send_draft', 'draft_report', 'factual_check', 'assessor', 120),
        (7, 'propose', 'factual_check', 'decision', 'assessor', 135),
        (8, 'decide', 'decision', 'decided', 'certifier', 150)
    ) step (place, move, start, "end", who, days)
    WHERE place <= CASE stage WHEN 'preparing' THEN 0 WHEN 'submitted' THEN 1 WHEN 'visit_planned' THEN 3
        WHEN 'visited' THEN 4 WHEN 'draft_report' THEN 5 WHEN 'factual_check' THEN 6 WHEN 'decision' THEN 7
        WHEN 'decided' THEN 8 WHEN 'appealed' THEN 8 ELSE 2 END
    UNION ALL
    SELECT id, CASE stage WHEN 'paused' THEN 'pause' WHEN 'withdrawn' THEN 'withdraw' ELSE 'appeal' END,
        CASE stage WHEN 'appealed' THEN 'decided' ELSE 'desk_review' END, stage,
        CASE stage WHEN 'paused' THEN certifier ELSE lead END, %(now)s, 'As agreed.'
    FROM made WHERE stage IN ('paused', 'withdrawn', 'appealed')
    ORDER BY 1, 6
"""

EVIDENCE = [
    """CREATE TEMPORARY TABLE piece ON COMMIT DROP AS
        SELECT n, department, lead, number, nextval('assessments_evidence_id_seq') AS evidence,
            nextval('assessments_evidenceversion_id_seq') AS version
        FROM unnest(%(departments)s::bigint[], %(leads)s::bigint[]) WITH ORDINALITY place (department, lead, n)
        CROSS JOIN generate_series(1, cardinality(%(pieces)s::text[])) number ORDER BY n, number""",
    """INSERT INTO assessments_evidence (id, department_id, series, number, title, owner, notes, current_id, version)
        SELECT evidence, department, 'ES', number, (%(pieces)s::text[])[number], 'Matron', '', version, 0 FROM piece""",
    """INSERT INTO assessments_evidenceversion (id, evidence_id, number, link, dated, valid_until, change, added_by_id,
            added_at)
        SELECT version, evidence, 1, 'https://intranet.example/' || n || '/' || number, %(today)s::date - 400,
            CASE WHEN number < 3
                THEN %(today)s::date + (400 * pg_temp.draw('until' || n || '.' || number))::int - 100 END,
            '', lead, %(now)s
        FROM piece""",
    """INSERT INTO assessments_evidenceuse (assessment_id, element_id, evidence_id, version_id, shows, place, strongest)
        SELECT rated.assessment, rated.element, piece.evidence, piece.version, '', '', false
        FROM rated JOIN made ON made.id = rated.assessment
        JOIN piece ON piece.n = made.n AND piece.number = 1 + rated.position / 3 %% cardinality(%(pieces)s::text[])
        WHERE rated.position %% 3 = 0""",
]

# What the last decision of each department asks for, and what was found worth telling others.
AFTERWARDS = [
    """INSERT INTO assessments_correctiveaction (department_id, assessment_id, element_id, finding_id, kind,
            improvement, owner_post, due_on, plan, done, state, completed_by_id, completed_at, version)
        SELECT made.department, made.id, finding.element_id, finding.id, 'corrective', finding.improvement,
            'Matron',
            %(today)s::date + (300 * chance)::int - 60, '', CASE WHEN chance > 0.8 THEN 'It is done.' ELSE '' END,
            CASE WHEN chance > 0.8 THEN 'completed' ELSE 'open' END, CASE WHEN chance > 0.8 THEN made.lead END,
            CASE WHEN chance > 0.8 THEN %(now)s::timestamptz END, 0
        FROM (SELECT DISTINCT ON (n) * FROM made WHERE stage IN ('decided', 'appealed') ORDER BY n, year DESC) made
        JOIN assessments_finding finding ON finding.assessment_id = made.id
        CROSS JOIN LATERAL (SELECT pg_temp.draw('action' || made.n || '.' || made.year || '.' || finding.narrative
            || (SELECT number FROM assessments_element WHERE id = finding.element_id)) AS chance) drawn
        WHERE finding.band IN ('partially_compliant', 'non_compliant')""",
    """INSERT INTO assessments_practicecase (source, department_id, finding_id, organisation, link, body_id, element_id,
            title, what, why, results, contact, state, consented_by_id, consented_at, published_by_id, published_at,
            returned_because, version)
        SELECT 'nhs', made.department, finding.id, '', '', %(body)s, finding.element_id, 'How we do this',
            finding.narrative, 'It is simple.', 'Fewer complaints.', 'Matron', 'published', made.lead, %(now)s,
            made.certifier, %(now)s, '', 1
        FROM made JOIN assessments_finding finding ON finding.assessment_id = made.id
        WHERE finding.good_practice AND made.stage = 'decided'
            AND pg_temp.draw('case' || made.n || '.' || made.year) < 0.05
    """,
]
