"""Whoever had only a broadcast on a day is still owed the text of the day."""

from django.db import migrations

import delivery
from kizuna.lib import sqlfile


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_top_up_by_day"),
    ]

    operations = [
        migrations.RunSQL(sqlfile.load(delivery.__file__, "to_top_up"), migrations.RunSQL.noop),
    ]
