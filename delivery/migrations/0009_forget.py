"""The one way to delete rows of the ledger and the history: after the end of a contract."""

from django.db import migrations

import delivery
from kizuna.lib import sqlfile


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0008_g_figures"),
        ("municipalities", "0012_f_spans"),
    ]

    operations = [
        migrations.RunSQL(
            sqlfile.load(delivery.__file__, "forget"),
            "DROP POLICY owner_forgets ON municipalities_readerspan;"
            " DROP POLICY owner_forgets ON delivery_delivery;"
            " DROP FUNCTION delivery_forget(bigint);",
        ),
    ]
