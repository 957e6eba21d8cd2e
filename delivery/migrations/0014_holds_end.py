"""Who took a hold back, and what ended it where nobody did: a stop, or a pause of the service."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0013_al_resume_asked_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "hold",
            "withdrawn_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "hold",
            "ended_by",
            models.CharField(
                blank=True,
                choices=[("stop", "stop"), ("service", "service")],
                db_default="",
                default="",
                max_length=7,
            ),
        ),
    ]
