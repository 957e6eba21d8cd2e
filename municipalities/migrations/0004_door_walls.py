"""Policies, grants and composite keys of what readers bring to the door."""

from django.db import migrations

from municipalities.tenancy.operations import (
    AddTenantForeignKey,
    AddTenantKey,
    EnableMunicipalityPolicy,
    ReadableAcross,
)

KEYS = [
    ("invitation", "course_id", "course"),
    ("invitation", "reader_id", "reader"),
    ("registration", "placement_id", "placement"),
    ("registration", "invitation_id", "invitation"),
    ("registration", "reader_id", "reader"),
    ("servicemail", "registration_id", "registration"),
    ("servicemail", "reader_id", "reader"),
    ("subscription", "placement_id", "placement"),
    ("subscription", "invitation_id", "invitation"),
]


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0003_door")]

    operations = [
        EnableMunicipalityPolicy("municipalities_placement"),
        EnableMunicipalityPolicy("municipalities_invitation"),
        EnableMunicipalityPolicy("municipalities_registration"),
        EnableMunicipalityPolicy("municipalities_servicemail"),
        # Only the person takes it back, by registering again.
        EnableMunicipalityPolicy("municipalities_suppressed", "SELECT, INSERT, DELETE"),
        EnableMunicipalityPolicy("municipalities_thanks"),
        AddTenantKey("municipalities_placement"),
        AddTenantKey("municipalities_invitation"),
        AddTenantKey("municipalities_registration"),
        *(
            AddTenantForeignKey(f"municipalities_{table}", column, f"municipalities_{to}")
            for table, column, to in KEYS
        ),
        # Which municipality has a service mail waiting; no address, no reader.
        ReadableAcross(
            "municipalities_servicemail",
            "kizuna_dispatch",
            "municipality_id, state, not_before, lease_until",
        ),
    ]
