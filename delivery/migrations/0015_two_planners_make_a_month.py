"""Two planners that need the same new month: the second finds it made and goes on."""

from django.db import migrations

import delivery
from kizuna.lib import sqlfile


class Migration(migrations.Migration):
    dependencies = [("delivery", "0014_holds_end")]

    # Backwards nothing changes: the function as it was first made did the same, with an error.
    operations = [
        migrations.RunSQL(sqlfile.load(delivery.__file__, "ensure_month"), migrations.RunSQL.noop)
    ]
