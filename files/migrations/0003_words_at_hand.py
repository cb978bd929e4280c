"""Searching reads the words of many pages: they stay beside their row, and names of files are found when misspelt."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("files", "0002_keeping")]

    operations = [
        # Usually what makes a row longer than 2 kB is compressed and moved out of it, and each page costs a search several
        # more reads. A row of pages may fill a block of 8 kB first.
        migrations.RunSQL(
            "ALTER TABLE files_page SET (toast_tuple_target = 8160)",
            "ALTER TABLE files_page RESET (toast_tuple_target)",
        ),
        migrations.AddIndex(
            model_name="file",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="files_by_like_names", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
