"""Policies of local blocks and editions, and two rules the database keeps by itself."""

from django.db import migrations

from municipalities.tenancy.operations import (
    AddTenantKey,
    EnableMunicipalityPolicy,
    ReadableAcross,
)


class Migration(migrations.Migration):
    dependencies = [
        ("stage_messages", "0001_initial"),
        ("municipalities", "0002_walls"),
    ]

    operations = [
        EnableMunicipalityPolicy("stage_messages_localblock"),
        # Frozen: what was composed before sending is never changed, only dropped with its day.
        EnableMunicipalityPolicy("stage_messages_edition", "SELECT, INSERT, DELETE"),
        AddTenantKey("stage_messages_localblock"),
        AddTenantKey("stage_messages_edition"),
        ReadableAcross("stage_messages_localblock", "kizuna_npo"),
        migrations.RunSQL(
            """
            CREATE FUNCTION stage_messages_approval_is_lost() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.state = 'approved' AND NEW.state = 'approved' AND (
                    NEW.title, NEW.body, NEW.kind, NEW.first_day, NEW.last_day,
                    NEW.shown_from, NEW.shown_until, NEW.audience
                ) IS DISTINCT FROM (
                    OLD.title, OLD.body, OLD.kind, OLD.first_day, OLD.last_day,
                    OLD.shown_from, OLD.shown_until, OLD.audience
                ) THEN
                    NEW.state := 'draft';
                    NEW.approved_by_id := NULL;
                    NEW.approved_at := NULL;
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER approval_is_lost BEFORE UPDATE ON stage_messages_localblock
                FOR EACH ROW EXECUTE FUNCTION stage_messages_approval_is_lost();

            CREATE FUNCTION stage_messages_version_is_final() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF (to_jsonb(NEW) - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_at') THEN
                    RAISE EXCEPTION 'A published version is never changed; publish a new one.'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER version_is_final BEFORE UPDATE ON stage_messages_textversion
                FOR EACH ROW EXECUTE FUNCTION stage_messages_version_is_final();
            """,
            """
            DROP TRIGGER version_is_final ON stage_messages_textversion;
            DROP FUNCTION stage_messages_version_is_final();
            DROP TRIGGER approval_is_lost ON stage_messages_localblock;
            DROP FUNCTION stage_messages_approval_is_lost();
            """,
        ),
    ]
