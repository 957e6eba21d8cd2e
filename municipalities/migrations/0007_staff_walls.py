"""Policies and grants of invitations and of the audit log; the own row's new columns."""

from django.db import migrations

from municipalities.tenancy.operations import EnableMunicipalityPolicy


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0006_staff")]

    operations = [
        EnableMunicipalityPolicy("municipalities_staffinvitation"),
        # Whoever holds the application's password cannot change what is written here.
        EnableMunicipalityPolicy("municipalities_staffact", "SELECT, INSERT"),
    ]
