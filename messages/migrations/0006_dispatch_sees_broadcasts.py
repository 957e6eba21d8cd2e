"""The dispatcher sees when an approved broadcast is due; not what it says, nor to whom."""

from django.db import migrations

from municipalities.tenancy.operations import ReadableAcross


class Migration(migrations.Migration):
    dependencies = [("stage_messages", "0005_review_walls")]

    operations = [
        ReadableAcross(
            "stage_messages_broadcast",
            "kizuna_dispatch",
            "id, municipality_id, state, send_at, approved_at",
        ),
    ]
