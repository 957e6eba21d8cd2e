"""Years of months over all municipalities are added up from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_npo_walls")]

    operations = [
        migrations.RemoveIndex(model_name="monthflow", name="month_flow_by_month"),
        migrations.AddIndex(
            model_name="monthflow",
            index=models.Index(
                condition=models.Q(("dimension", "all")),
                fields=["month", "flow"],
                include=["municipality", "count"],
                name="month_flow_of_all",
            ),
        ),
        migrations.AddIndex(
            model_name="monthflow",
            index=models.Index(
                condition=models.Q(
                    ("dimension", "channel"), ("flow", "blocked"), ("value", "line")
                ),
                fields=["month"],
                include=["municipality", "count"],
                name="month_flow_line_blocked",
            ),
        ),
    ]
