"""Every piece of evidence becomes its first version; its file, a file of its department that waits to be checked."""

from django.db import migrations

TABLES = ["assessments_evidence", "assessments_evidenceuse", "assessments_evidenceversion", "files_file"]

MAKE_FILES = """
    INSERT INTO files_file (
        token, department_id, name, size, blob_id, state, sent_by_id, sent_at, content_type, problems, virus, attempts,
        read_attempts, pages, cut, patient_data, patient_signs, patient_reason
    )
    SELECT gen_random_uuid(), department_id, filename, size, blob_id, 'waiting', added_by_id, added_at, content_type, '[]',
        '', 0, 0, 0, false, '', '[]', ''
    FROM assessments_evidence WHERE blob_id IS NOT NULL ORDER BY id;
"""

# A file is found again by what made it: department, bytes, sender and moment, with the name.
MAKE_VERSIONS = """
    INSERT INTO assessments_evidenceversion (
        evidence_id, number, file_id, link, dated, change, added_by_id, added_at
    )
    SELECT e.id, 1, (
        SELECT min(f.id) FROM files_file f
        WHERE f.department_id = e.department_id AND f.blob_id = e.blob_id AND f.name = e.filename
            AND f.sent_by_id = e.added_by_id AND f.sent_at = e.added_at
    ), e.link, e.dated, '', e.added_by_id, e.added_at
    FROM assessments_evidence e ORDER BY e.id;
    UPDATE assessments_evidence e SET current_id = v.id
        FROM assessments_evidenceversion v WHERE v.evidence_id = e.id;
    UPDATE assessments_evidenceuse u SET version_id = v.id
        FROM assessments_evidenceversion v WHERE v.evidence_id = u.evidence_id;
"""

# What a decision rests on is fixed, and each change is remembered: neither is about this move of columns.
TRIGGERS_OFF = "".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;\n" for table in TABLES)
TRIGGERS_ON = "".join(f"ALTER TABLE {table} ENABLE TRIGGER USER;\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_evidence_has_versions"), ("files", "0001_files_and_pages")]

    operations = [
        migrations.RunSQL(
            f"SET CONSTRAINTS ALL IMMEDIATE; {TRIGGERS_OFF} {MAKE_FILES} {MAKE_VERSIONS} {TRIGGERS_ON}",
            migrations.RunSQL.noop,
        )
    ]
