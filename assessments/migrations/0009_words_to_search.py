"""What is said of evidence, of elements and by assessors, as words to be searched."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_reminders_of_evidence"),
        ("files", "0003_words_at_hand"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="evidence",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="evidenceuse",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="finding",
            name="update_update",
        ),
        migrations.AddField(
            model_name="evidence",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.SearchVector("title", config="portal_english", weight="A"),
                        "||",
                        django.contrib.postgres.search.SearchVector("owner", config="portal_english", weight="B"),
                        django.contrib.postgres.search.SearchConfig("portal_english"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector("notes", config="portal_english", weight="C"),
                    django.contrib.postgres.search.SearchConfig("portal_english"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="evidenceuse",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector("shows", config="portal_english", weight="B"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.SearchVector("narrative", config="portal_english", weight="B"),
                        "||",
                        django.contrib.postgres.search.SearchVector("strengths", config="portal_english", weight="B"),
                        django.contrib.postgres.search.SearchConfig("portal_english"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector("improvement", config="portal_english", weight="B"),
                    django.contrib.postgres.search.SearchConfig("portal_english"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.SearchVector("text", config="portal_english", weight="B"),
                    "||",
                    django.contrib.postgres.search.SearchVector("tell_me", config="portal_english", weight="C"),
                    django.contrib.postgres.search.SearchConfig("portal_english"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="evidence_by_its_words"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["title"], name="evidence_by_like_titles", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["owner"], name="evidence_by_like_owners", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="evidenceuse",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="uses_by_what_they_show"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="findings_by_their_words"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="statements_by_their_words"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."current_id" IS DISTINCT FROM (NEW."current_id") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."notes" IS DISTINCT FROM (NEW."notes") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner" IS DISTINCT FROM (NEW."owner") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "assessments_evidenceevent" ("current_id", "department_id", "id", "notes", "number", "owner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "version") VALUES (NEW."current_id", NEW."department_id", NEW."id", NEW."notes", NEW."number", NEW."owner", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."version"); RETURN NULL;',
                    hash="b2022f47df4fef88dda06c417a441685242115e4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_80e3c",
                    table="assessments_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidenceuse",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."assessment_id" IS DISTINCT FROM (NEW."assessment_id") OR OLD."element_id" IS DISTINCT FROM (NEW."element_id") OR OLD."evidence_id" IS DISTINCT FROM (NEW."evidence_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."shows" IS DISTINCT FROM (NEW."shows") OR OLD."strongest" IS DISTINCT FROM (NEW."strongest") OR OLD."version_id" IS DISTINCT FROM (NEW."version_id"))',
                    func='INSERT INTO "assessments_evidenceuseevent" ("assessment_id", "element_id", "evidence_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "shows", "strongest", "version_id") VALUES (NEW."assessment_id", NEW."element_id", NEW."evidence_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."shows", NEW."strongest", NEW."version_id"); RETURN NULL;',
                    hash="994afa9de1744e1f2c1b5cb94e1ea24f4eb35f44",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cecd6",
                    table="assessments_evidenceuse",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="finding",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."assessment_id" IS DISTINCT FROM (NEW."assessment_id") OR OLD."band" IS DISTINCT FROM (NEW."band") OR OLD."edited_at" IS DISTINCT FROM (NEW."edited_at") OR OLD."edited_by_id" IS DISTINCT FROM (NEW."edited_by_id") OR OLD."element_id" IS DISTINCT FROM (NEW."element_id") OR OLD."good_practice" IS DISTINCT FROM (NEW."good_practice") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."improvement" IS DISTINCT FROM (NEW."improvement") OR OLD."narrative" IS DISTINCT FROM (NEW."narrative") OR OLD."strengths" IS DISTINCT FROM (NEW."strengths") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "assessments_findingevent" ("assessment_id", "band", "edited_at", "edited_by_id", "element_id", "good_practice", "id", "improvement", "narrative", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "strengths", "version") VALUES (NEW."assessment_id", NEW."band", NEW."edited_at", NEW."edited_by_id", NEW."element_id", NEW."good_practice", NEW."id", NEW."improvement", NEW."narrative", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."strengths", NEW."version"); RETURN NULL;',
                    hash="f251da9b21a8e75e7d0d1219ba0cbd5c3222e86a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1e78e",
                    table="assessments_finding",
                    when="AFTER",
                ),
            ),
        ),
    ]
