"""Whoever was assigned before declarations were asked for goes on: nothing was known to stand against them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0010_the_whole_cycle")]

    operations = [
        migrations.RunSQL(
            "UPDATE assessments_assessment SET declared_at = assigned_at WHERE stage IN ('desk_review', 'decision')",
            migrations.RunSQL.noop,
        ),
    ]
