"""Policies, keys and triggers of what a municipality writes itself."""

from django.db import migrations

from municipalities.tenancy.operations import (
    AddTenantForeignKey,
    AddTenantKey,
    EnableMunicipalityPolicy,
)

LOST = """
    CREATE OR REPLACE FUNCTION stage_messages_approval_is_lost() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state = 'approved' AND NEW.state = 'approved' AND (
            NEW.title, NEW.body, NEW.kind, NEW.first_day, NEW.last_day,
            NEW.shown_from, NEW.shown_until, NEW.audience{area_new}
        ) IS DISTINCT FROM (
            OLD.title, OLD.body, OLD.kind, OLD.first_day, OLD.last_day,
            OLD.shown_from, OLD.shown_until, OLD.audience{area_old}
        ) THEN
            NEW.state := 'draft';
            NEW.approved_by_id := NULL;
            NEW.approved_at := NULL;
        END IF;
        RETURN NEW;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("stage_messages", "0004_review"),
        ("municipalities", "0007_staff_walls"),
    ]

    operations = [
        EnableMunicipalityPolicy("stage_messages_contact"),
        EnableMunicipalityPolicy("stage_messages_persona"),
        EnableMunicipalityPolicy("stage_messages_broadcast"),
        # The history of a text is not rewritten, by nobody.
        EnableMunicipalityPolicy("stage_messages_blockevent", "SELECT, INSERT"),
        EnableMunicipalityPolicy("stage_messages_broadcastevent", "SELECT, INSERT"),
        AddTenantKey("stage_messages_persona"),
        AddTenantKey("stage_messages_broadcast"),
        AddTenantForeignKey(
            "stage_messages_localblock", "replaces_id", "stage_messages_localblock"
        ),
        AddTenantForeignKey("stage_messages_blockevent", "block_id", "stage_messages_localblock"),
        AddTenantForeignKey(
            "stage_messages_broadcastevent", "broadcast_id", "stage_messages_broadcast"
        ),
        AddTenantForeignKey("stage_messages_broadcast", "persona_id", "stage_messages_persona"),
        AddTenantForeignKey("stage_messages_broadcast", "corrects_id", "stage_messages_broadcast"),
        AddTenantForeignKey("stage_messages_edition", "broadcast_id", "stage_messages_broadcast"),
        migrations.RunSQL(
            LOST.format(area_new=", NEW.areas", area_old=", OLD.areas"),
            LOST.format(area_new="", area_old=""),
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION stage_messages_broadcast_is_guarded() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.state NOT IN ('draft', 'asked', 'checked', 'withdrawn') AND (
                    NEW.subject, NEW.body, NEW.persona_id, NEW.ranges, NEW.audiences, NEW.areas,
                    NEW.channel, NEW.corrects_id
                ) IS DISTINCT FROM (
                    OLD.subject, OLD.body, OLD.persona_id, OLD.ranges, OLD.audiences, OLD.areas,
                    OLD.channel, OLD.corrects_id
                ) THEN
                    IF OLD.state = 'approved' THEN
                        NEW.state := 'draft';
                        NEW.approved_by_id := NULL;
                        NEW.approved_at := NULL;
                        NEW.approved_reach := NULL;
                    ELSE
                        RAISE EXCEPTION 'A broadcast that is under way is never changed.'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER broadcast_is_guarded BEFORE UPDATE ON stage_messages_broadcast
                FOR EACH ROW EXECUTE FUNCTION stage_messages_broadcast_is_guarded();
            """,
            """
            DROP TRIGGER broadcast_is_guarded ON stage_messages_broadcast;
            DROP FUNCTION stage_messages_broadcast_is_guarded();
            """,
        ),
    ]
