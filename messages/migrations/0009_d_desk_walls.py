"""Rules of the desk that the database keeps by itself, whoever writes the rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stage_messages", "0008_npo_walls")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION stage_messages_draft_goes_its_way() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    IF NEW.state <> 'draft' THEN
                        RAISE EXCEPTION 'A draft begins as a draft.'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                END IF;
                IF OLD.state IN ('published', 'dropped') THEN
                    RAISE EXCEPTION 'What has left the desk is not changed any more.'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF NEW.state IN ('reviewed', 'published')
                   AND (NEW.subject, NEW.body) IS DISTINCT FROM (OLD.subject, OLD.body) THEN
                    RAISE EXCEPTION 'Words that are changed are read again.'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF NEW.state = 'published' AND OLD.state <> 'reviewed' THEN
                    RAISE EXCEPTION 'Nothing is published without a signature.'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF NEW.state = 'reviewed' AND OLD.state <> 'reviewed' AND (
                    OLD.state <> 'asked' OR EXISTS (
                        SELECT 1 FROM stage_messages_textevent e
                        WHERE e.draft_id = NEW.id AND e.act = 'saved'
                          AND e.by_id = NEW.reviewed_by_id
                    )
                ) THEN
                    RAISE EXCEPTION 'A draft is signed when asked for, by somebody who wrote none of it.'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER draft_goes_its_way
                BEFORE INSERT OR UPDATE ON stage_messages_textdraft
                FOR EACH ROW EXECUTE FUNCTION stage_messages_draft_goes_its_way();
            """,
            """
            DROP TRIGGER draft_goes_its_way ON stage_messages_textdraft;
            DROP FUNCTION stage_messages_draft_goes_its_way();
            """,
        ),
    ]
