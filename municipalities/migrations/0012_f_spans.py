"""The triggers that write the readers' history, and the history of those who are here already."""

from django.db import migrations

import municipalities
from kizuna.lib import sqlfile

DROP = """
DROP TRIGGER span_is_history ON municipalities_readerspan;
DROP TRIGGER spans_change ON municipalities_endpoint;
DROP TRIGGER spans_change ON municipalities_course;
DROP TRIGGER spans_end ON municipalities_subscription;
DROP TRIGGER spans_change ON municipalities_subscription;
DROP TRIGGER spans_begin ON municipalities_subscription;
DROP FUNCTION municipalities_span_is_history();
DROP FUNCTION municipalities_spans_of_endpoints();
DROP FUNCTION municipalities_spans_of_courses();
DROP FUNCTION municipalities_spans_of_subscriptions();
DROP FUNCTION municipalities_spans_begin();
DROP FUNCTION municipalities_follow_spans(bigint[], bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0011_npo_walls")]

    operations = [
        migrations.RunSQL(sqlfile.load(municipalities.__file__, "spans"), DROP),
        migrations.RunSQL(
            sqlfile.load(municipalities.__file__, "spans_backfill"), migrations.RunSQL.noop
        ),
    ]
