"""Policies and grants of holds, forecasts and the facts behind the NPO's pages."""

from django.db import migrations

from municipalities.tenancy.operations import EnableMunicipalityPolicy, ReadableAcross

FACTS = (
    "dayfact", "pacefact", "forecast", "audiencefact", "flowfact", "monthflow", "retentionfact",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_npo"), ("municipalities", "0011_npo_walls")]

    operations = [
        *(EnableMunicipalityPolicy(f"delivery_{name}") for name in FACTS),
        # What was reported at a month's end is never written again.
        EnableMunicipalityPolicy("delivery_monthend", "SELECT, INSERT"),
        EnableMunicipalityPolicy("delivery_hold", "SELECT, INSERT, UPDATE"),
        *(
            ReadableAcross(f"delivery_{name}", "kizuna_npo")
            for name in (*FACTS, "monthend", "hold")
        ),
    ]
