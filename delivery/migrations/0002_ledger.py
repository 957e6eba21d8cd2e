"""The partitioned ledger, and the policies of everything that belongs to a run."""

from django.db import migrations

import delivery
from kizuna.lib import sqlfile
from municipalities.tenancy.operations import EnableMunicipalityPolicy, ReadableAcross


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
        ("stage_messages", "0002_walls"),
    ]

    operations = [
        migrations.RunSQL(
            sqlfile.load(delivery.__file__, "ledger"),
            "DROP FUNCTION delivery_refresh_statistics(date, bigint);"
            " DROP FUNCTION delivery_ensure_month(date); DROP TABLE delivery_delivery;",
        ),
        EnableMunicipalityPolicy("delivery_delivery", "SELECT, INSERT, UPDATE"),
        EnableMunicipalityPolicy("delivery_run"),
        EnableMunicipalityPolicy("delivery_lane"),
        EnableMunicipalityPolicy("delivery_frozenrequest"),
        EnableMunicipalityPolicy("delivery_dailyfact"),
        ReadableAcross("delivery_dailyfact", "kizuna_npo"),
        ReadableAcross("delivery_run", "kizuna_npo"),
        ReadableAcross("delivery_run", "kizuna_dispatch"),
        ReadableAcross("delivery_lane", "kizuna_dispatch", update="served_at"),
    ]
