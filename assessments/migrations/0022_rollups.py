"""Rollups, the triggers that write them, and those of all that is there already."""

import django.db.models.deletion
from django.db import migrations, models

NUMBERS = "assessments, compliance_plus, compliant, partially_compliant, non_compliant, not_applicable, good_practice"
KEYS = "body_id, year, about, subject, within, level"

# What one assessment adds to the sums, from the values that it has or had; nothing before a certification body knows
# of it. The findings of a decided one cannot change,
# so what it added when it was decided is what it takes away when an appeal opens it again.
ROLLUPS_OF = """
CREATE FUNCTION assessments_known_stage(stage text, submitted timestamptz) RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT CASE WHEN stage = 'withdrawn' AND submitted IS NULL THEN 'preparing' ELSE stage END $$;
CREATE FUNCTION assessments_rollups_of(
    told bigint, body bigint, opened timestamptz, stage text, outcome text, assessor bigint,
    region text, type text, function text
) RETURNS TABLE (
    body_id bigint, year integer, about text, subject text, within text, level integer, assessments integer,
    compliance_plus integer, compliant integer, partially_compliant integer, non_compliant integer,
    not_applicable integer, good_practice integer
) LANGUAGE sql STABLE AS $$
    WITH found AS MATERIALIZED (
        SELECT element.id::text AS element, criterion.number AS criterion,
            (finding.band = 'compliance_plus')::int AS a, (finding.band = 'compliant')::int AS b,
            (finding.band = 'partially_compliant')::int AS c, (finding.band = 'non_compliant')::int AS d,
            (finding.band = 'not_applicable')::int AS e, finding.good_practice::int AS f
        FROM assessments_finding finding
        JOIN assessments_element element ON element.id = finding.element_id
        JOIN assessments_subcriterion subcriterion ON subcriterion.id = element.subcriterion_id
        JOIN assessments_criterion criterion ON criterion.id = subcriterion.criterion_id
        WHERE finding.assessment_id = told AND stage IN ('decided', 'appealed')
    ), whole AS (
        SELECT sum(a) AS a, sum(b) AS b, sum(c) AS c, sum(d) AS d, sum(e) AS e, sum(f) AS f FROM found
        HAVING count(*) > 0
    ), rows AS (
        SELECT 'stage' AS about, region AS subject, stage AS within, 0 AS level,
            0 AS a, 0 AS b, 0 AS c, 0 AS d, 0 AS e, 0 AS f WHERE stage <> 'preparing'
        UNION ALL SELECT 'workload', assessor::text, stage, 0, 0, 0, 0, 0, 0, 0 WHERE assessor IS NOT NULL
        UNION ALL SELECT 'outcome', region, outcome, 0, 0, 0, 0, 0, 0, 0 WHERE stage IN ('decided', 'appealed')
        UNION ALL SELECT 'criterion', criterion, outcome, 0, sum(a), sum(b), sum(c), sum(d), sum(e), sum(f)
            FROM found GROUP BY criterion
        UNION ALL SELECT 'element', element, '', 0, a, b, c, d, e, f FROM found
        UNION ALL SELECT 'assessor', assessor::text, coalesce(function, ''), 0, a, b, c, d, e, f FROM whole
            WHERE assessor IS NOT NULL
        UNION ALL SELECT 'function', coalesce(function, ''), '', 0, a, b, c, d, e, f FROM whole
        UNION ALL SELECT 'position', function, type, 100 * (a + b) / (a + b + c + d), 0, 0, 0, 0, 0, 0 FROM whole
            WHERE function IS NOT NULL AND a + b + c + d > 0
    )
    SELECT body, extract(year FROM opened AT TIME ZONE 'Europe/London')::int, about, subject, within, level::int,
        1, a::int, b::int, c::int, d::int, e::int, f::int
    FROM rows
$$;
"""

# Each trigger takes away what assessments told before and adds what they tell now, as one set of rows.
CHANGE = f"""
    INSERT INTO assessments_rollup ({KEYS}, {NUMBERS})
    SELECT {KEYS}, {", ".join(f"sum(sign * {name})" for name in NUMBERS.split(", "))}
    FROM ( %s ) changed GROUP BY {KEYS} HAVING sum(sign * assessments) <> 0;
"""

OF_AN_ASSESSMENT = f"""
CREATE FUNCTION assessments_count_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.body_id, OLD.opened_at, OLD.stage, OLD.submitted_at, OLD.outcome, OLD.assessor_id, OLD.department_id)
            IS NOT DISTINCT FROM
            (NEW.body_id, NEW.opened_at, NEW.stage, NEW.submitted_at, NEW.outcome, NEW.assessor_id, NEW.department_id)
        THEN RETURN NULL; END IF;
        {
    CHANGE
    % '''
        SELECT -1 AS sign, told.* FROM departments_department department
        JOIN departments_trust trust ON trust.id = department.trust_id
        CROSS JOIN LATERAL assessments_rollups_of(OLD.id, OLD.body_id, OLD.opened_at, assessments_known_stage(OLD.stage, OLD.submitted_at), OLD.outcome,
            OLD.assessor_id, trust.region, trust.type, department.treatment_function_id) told
        WHERE department.id = OLD.department_id
        UNION ALL
        SELECT 1, told.* FROM departments_department department
        JOIN departments_trust trust ON trust.id = department.trust_id
        CROSS JOIN LATERAL assessments_rollups_of(NEW.id, NEW.body_id, NEW.opened_at, assessments_known_stage(NEW.stage, NEW.submitted_at), NEW.outcome,
            NEW.assessor_id, trust.region, trust.type, department.treatment_function_id) told
        WHERE department.id = NEW.department_id
        '''
}
    ELSE
        -- Whoever changes where a trust or department belongs cannot see this row yet, so it waits for them here.
        PERFORM 1 FROM departments_trust WHERE id = (
            SELECT trust_id FROM departments_department WHERE id = NEW.department_id) FOR SHARE;
        PERFORM 1 FROM departments_department WHERE id = NEW.department_id FOR SHARE;
        {
    CHANGE
    % '''
        SELECT 1 AS sign, told.* FROM departments_department department
        JOIN departments_trust trust ON trust.id = department.trust_id
        CROSS JOIN LATERAL assessments_rollups_of(NEW.id, NEW.body_id, NEW.opened_at, assessments_known_stage(NEW.stage, NEW.submitted_at), NEW.outcome,
            NEW.assessor_id, trust.region, trust.type, department.treatment_function_id) told
        WHERE department.id = NEW.department_id
        '''
}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assessments_rollups_inserted AFTER INSERT ON assessments_assessment
    FOR EACH ROW EXECUTE FUNCTION assessments_count_assessment();
CREATE TRIGGER assessments_rollups_updated
    AFTER UPDATE OF body_id, opened_at, stage, submitted_at, outcome, assessor_id, department_id ON assessments_assessment
    FOR EACH ROW EXECUTE FUNCTION assessments_count_assessment();
"""

# Locked first: a move that has begun is waited for and then seen; one that begins now waits, and sees the new place.
OF_A_DEPARTMENT = f"""
CREATE FUNCTION assessments_count_department() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM assessments_assessment WHERE department_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    {
    CHANGE
    % '''
    SELECT place.sign, told.* FROM assessments_assessment row
    CROSS JOIN LATERAL (VALUES (-1, OLD.trust_id, OLD.treatment_function_id), (1, NEW.trust_id,
        NEW.treatment_function_id)) place (sign, trust_id, function)
    JOIN departments_trust trust ON trust.id = place.trust_id
    CROSS JOIN LATERAL assessments_rollups_of(row.id, row.body_id, row.opened_at, assessments_known_stage(row.stage, row.submitted_at), row.outcome,
        row.assessor_id, trust.region, trust.type, place.function) told
    WHERE row.department_id = NEW.id
    '''
}
    RETURN NULL;
END $$;
CREATE TRIGGER assessments_rollups_moved AFTER UPDATE OF trust_id, treatment_function_id ON departments_department
    FOR EACH ROW WHEN ((OLD.trust_id, OLD.treatment_function_id)
        IS DISTINCT FROM (NEW.trust_id, NEW.treatment_function_id))
    EXECUTE FUNCTION assessments_count_department();
"""

OF_A_TRUST = f"""
CREATE FUNCTION assessments_count_trust() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM assessments_assessment WHERE department_id IN (
        SELECT id FROM departments_department WHERE trust_id = NEW.id) ORDER BY id FOR NO KEY UPDATE;
    {
    CHANGE
    % '''
    SELECT place.sign, told.* FROM assessments_assessment row
    JOIN departments_department department ON department.id = row.department_id
    CROSS JOIN LATERAL (VALUES (-1, OLD.region, OLD.type), (1, NEW.region, NEW.type)) place (sign, region, type)
    CROSS JOIN LATERAL assessments_rollups_of(row.id, row.body_id, row.opened_at, assessments_known_stage(row.stage, row.submitted_at), row.outcome,
        row.assessor_id, place.region, place.type, department.treatment_function_id) told
    WHERE department.trust_id = NEW.id
    '''
}
    RETURN NULL;
END $$;
CREATE TRIGGER assessments_rollups_moved AFTER UPDATE OF region, type ON departments_trust
    FOR EACH ROW WHEN ((OLD.region, OLD.type) IS DISTINCT FROM (NEW.region, NEW.type))
    EXECUTE FUNCTION assessments_count_trust();
"""

WHAT_IS_THERE = (
    CHANGE
    % """
    SELECT 1 AS sign, told.* FROM assessments_assessment row
    JOIN departments_department department ON department.id = row.department_id
    JOIN departments_trust trust ON trust.id = department.trust_id
    CROSS JOIN LATERAL assessments_rollups_of(row.id, row.body_id, row.opened_at, assessments_known_stage(row.stage, row.submitted_at), row.outcome,
        row.assessor_id, trust.region, trust.type, department.treatment_function_id) told
"""
)

UNDONE = """
DROP TRIGGER assessments_rollups_moved ON departments_trust;
DROP TRIGGER assessments_rollups_moved ON departments_department;
DROP TRIGGER assessments_rollups_updated ON assessments_assessment;
DROP TRIGGER assessments_rollups_inserted ON assessments_assessment;
DROP FUNCTION assessments_count_trust, assessments_count_department, assessments_count_assessment;
DROP FUNCTION assessments_rollups_of, assessments_known_stage;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0021_stances_carried"),
        ("departments", "0008_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(help_text="In which the assessments were opened.")),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("stage", "assessments: region, stage"),
                            ("workload", "assessments: assessor, stage"),
                            ("outcome", "assessments: region, outcome"),
                            ("criterion", "bands: number of a criterion, outcome"),
                            ("element", "bands and good practice: id of an element"),
                            ("assessor", "bands: assessor, treatment function"),
                            ("function", "bands: treatment function, everybody’s"),
                            (
                                "position",
                                "assessments: treatment function, type of trust; level is the percent of elements that meet",
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=100)),
                ("within", models.CharField(blank=True, max_length=40)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("assessments", models.IntegerField(default=0)),
                ("compliance_plus", models.IntegerField(default=0)),
                ("compliant", models.IntegerField(default=0)),
                ("partially_compliant", models.IntegerField(default=0)),
                ("non_compliant", models.IntegerField(default=0)),
                ("not_applicable", models.IntegerField(default=0)),
                ("good_practice", models.IntegerField(default=0)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="departments.certificationbody",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["body", "about", "year", "subject", "within", "level"], name="rollups_of_a_body"
                    ),
                    models.Index(
                        condition=models.Q(("about", "position")),
                        fields=["subject", "within", "year", "level"],
                        name="rollups_of_positions",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ROLLUPS_OF + OF_AN_ASSESSMENT + OF_A_DEPARTMENT + OF_A_TRUST + WHAT_IS_THERE, UNDONE),
    ]
