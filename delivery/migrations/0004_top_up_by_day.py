"""One look for all municipalities that may have somebody to add, and indexes that begin with the day."""

from django.db import migrations, models

import delivery
from kizuna.lib import sqlfile


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0003_run_swept_at"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dailyfact",
            index=models.Index(fields=["run_day"], name="fact_by_day"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["run_day"], name="run_by_day"),
        ),
        migrations.RunSQL(
            sqlfile.load(delivery.__file__, "to_top_up"),
            "DROP FUNCTION delivery_to_top_up(date, bigint[], text[], date[], int[]);",
        ),
    ]
