"""Who came and went, by channel: a mailbox that died and a LINE account that was blocked differ.

What was counted before has no channel until ``rebuild_facts`` counts those days again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0011_month_end_of_all")]

    operations = [
        migrations.AddField(
            "flowfact",
            "channel",
            models.CharField(
                blank=True,
                choices=[("email", "EMAIL"), ("line", "LINE")],
                db_default="",
                default="",
                max_length=5,
            ),
        ),
        migrations.RemoveConstraint("flowfact", "one_flow_each"),
        migrations.AddConstraint(
            "flowfact",
            models.UniqueConstraint(
                fields=["municipality", "on", "flow", "channel"], name="one_flow_each"
            ),
        ),
    ]
