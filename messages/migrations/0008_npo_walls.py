"""Policies and grants of reports, invitations, cases and uses of versions."""

from django.db import migrations

from municipalities.tenancy.operations import (
    MINE,
    AddTenantForeignKey,
    EnableMunicipalityPolicy,
    ReadableAcross,
)


class Migration(migrations.Migration):
    dependencies = [
        ("stage_messages", "0007_npo"),
        ("municipalities", "0011_npo_walls"),
    ]

    operations = [
        EnableMunicipalityPolicy("stage_messages_textreport"),
        EnableMunicipalityPolicy("stage_messages_versionuse"),
        EnableMunicipalityPolicy("stage_messages_meetinginvitation"),
        EnableMunicipalityPolicy("stage_messages_caseadoption"),
        AddTenantForeignKey("stage_messages_caseadoption", "block_id", "stage_messages_localblock"),
        ReadableAcross(
            "stage_messages_textreport", "kizuna_npo", update="answer, done_at, done_by_id"
        ),
        ReadableAcross("stage_messages_versionuse", "kizuna_npo"),
        ReadableAcross(
            "stage_messages_meetinginvitation",
            "kizuna_npo",
            update='told_at, "group", attended',
            insert=True,
        ),
        ReadableAcross("stage_messages_caseadoption", "kizuna_npo"),
        ReadableAcross("stage_messages_broadcast", "kizuna_npo"),
        ReadableAcross("stage_messages_contact", "kizuna_npo"),
        # What a municipality offers is readable for all; only its own staff may write it.
        migrations.RunSQL(
            f"""
            ALTER TABLE stage_messages_exchangecase ENABLE ROW LEVEL SECURITY;
            ALTER TABLE stage_messages_exchangecase FORCE ROW LEVEL SECURITY;
            CREATE POLICY everybody_reads ON stage_messages_exchangecase FOR SELECT USING (true);
            CREATE POLICY own_adds ON stage_messages_exchangecase FOR INSERT TO kizuna_app
                WITH CHECK ({MINE});
            CREATE POLICY own_row ON stage_messages_exchangecase FOR UPDATE TO kizuna_app
                USING ({MINE}) WITH CHECK ({MINE});
            GRANT SELECT, INSERT, UPDATE ON stage_messages_exchangecase TO kizuna_app;
            GRANT SELECT ON stage_messages_exchangecase TO kizuna_npo;
            """,
            """
            REVOKE ALL ON stage_messages_exchangecase FROM kizuna_app, kizuna_npo;
            DROP POLICY own_row ON stage_messages_exchangecase;
            DROP POLICY own_adds ON stage_messages_exchangecase;
            DROP POLICY everybody_reads ON stage_messages_exchangecase;
            ALTER TABLE stage_messages_exchangecase NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE stage_messages_exchangecase DISABLE ROW LEVEL SECURITY;
            """,
        ),
    ]
