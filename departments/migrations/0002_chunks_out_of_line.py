"""Keep the bytes of a chunk out of line and uncompressed: evidence is compressed already, and ranges read faster."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("departments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE departments_blobchunk ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE departments_blobchunk ALTER COLUMN data SET STORAGE EXTENDED",
        )
    ]
