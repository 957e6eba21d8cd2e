"""Policies, grants and composite keys of the readers' tables."""

from django.db import migrations

from municipalities.tenancy.operations import (
    AddTenantForeignKey,
    AddTenantKey,
    EnableMunicipalityPolicy,
)


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0001_initial")]

    operations = [
        EnableMunicipalityPolicy("municipalities_membership"),
        EnableMunicipalityPolicy("municipalities_linechannel"),
        EnableMunicipalityPolicy("municipalities_reader"),
        EnableMunicipalityPolicy("municipalities_endpoint"),
        EnableMunicipalityPolicy("municipalities_course"),
        EnableMunicipalityPolicy("municipalities_subscription"),
        # A consent is never rewritten; it goes only with its reader.
        EnableMunicipalityPolicy("municipalities_consentrecord", "SELECT, INSERT, DELETE"),
        AddTenantKey("municipalities_reader"),
        AddTenantKey("municipalities_endpoint"),
        AddTenantKey("municipalities_course"),
        AddTenantKey("municipalities_subscription"),
        AddTenantForeignKey("municipalities_endpoint", "reader_id", "municipalities_reader"),
        AddTenantForeignKey("municipalities_consentrecord", "reader_id", "municipalities_reader"),
        AddTenantForeignKey("municipalities_subscription", "reader_id", "municipalities_reader"),
        AddTenantForeignKey("municipalities_subscription", "course_id", "municipalities_course"),
        AddTenantForeignKey(
            "municipalities_subscription", "endpoint_id", "municipalities_endpoint"
        ),
        # After login, and before a municipality is chosen, staff see their own memberships.
        migrations.RunSQL(
            """
            CREATE POLICY own_memberships ON municipalities_membership FOR SELECT TO kizuna_app
                USING (user_id = (SELECT nullif(current_setting('app.staff_id', true), '')::bigint));
            """,
            "DROP POLICY own_memberships ON municipalities_membership;",
        ),
        # What a municipality shows to everybody is readable; only its own staff may change it.
        migrations.RunSQL(
            """
            ALTER TABLE municipalities_municipality ENABLE ROW LEVEL SECURITY;
            ALTER TABLE municipalities_municipality FORCE ROW LEVEL SECURITY;
            CREATE POLICY everybody_reads ON municipalities_municipality FOR SELECT USING (true);
            CREATE POLICY operators_add ON municipalities_municipality FOR INSERT TO kizuna_app
                WITH CHECK (true);
            CREATE POLICY own_row ON municipalities_municipality FOR UPDATE TO kizuna_app
                USING (id = (SELECT nullif(current_setting('app.municipality_id', true), '')::bigint))
                WITH CHECK (id = (SELECT nullif(current_setting('app.municipality_id', true), '')::bigint));
            GRANT SELECT ON municipalities_municipality TO kizuna_dispatch;
            """,
            """
            REVOKE ALL ON municipalities_municipality FROM kizuna_dispatch;
            DROP POLICY own_row ON municipalities_municipality;
            DROP POLICY operators_add ON municipalities_municipality;
            DROP POLICY everybody_reads ON municipalities_municipality;
            ALTER TABLE municipalities_municipality NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE municipalities_municipality DISABLE ROW LEVEL SECURITY;
            """,
        ),
    ]
