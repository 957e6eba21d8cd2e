"""Years of month ends over all municipalities are added up from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0010_standing")]

    operations = [
        migrations.AddIndex(
            model_name="monthend",
            index=models.Index(
                condition=models.Q(("dimension__in", ("all", "channel"))),
                fields=["month_end", "dimension", "value"],
                include=("municipality", "readers", "subscriptions", "courses", "children"),
                name="month_end_of_all",
            ),
        ),
    ]
