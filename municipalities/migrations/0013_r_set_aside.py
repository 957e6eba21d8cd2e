"""A reader's voice that is not fit to be quoted may be set aside."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GRANT = "GRANT UPDATE (set_aside_at, set_aside_by_id) ON municipalities_thanks TO kizuna_npo;"
REVOKE = "REVOKE UPDATE (set_aside_at, set_aside_by_id) ON municipalities_thanks FROM kizuna_npo;"


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0012_f_spans")]

    operations = [
        migrations.AddField("thanks", "set_aside_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "thanks",
            "set_aside_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "thanks",
            models.CheckConstraint(
                condition=models.Q(
                    ("quotable_at__isnull", True), ("set_aside_at__isnull", True), _connector="OR"
                ),
                name="thanks_quotable_or_set_aside",
            ),
        ),
        migrations.RunSQL(GRANT, REVOKE),
    ]
