"""A text may be sent once more as a service mail: the row names the frozen words.

Only a column and its rule: the table's policy and grants hold for it too.
"""

from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("confirm", "CONFIRM"),
    ("entrance", "ENTRANCE"),
    ("resting", "RESTING"),
    ("near_date", "NEAR_DATE"),
    ("resend", "RESEND"),
]


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0008_births")]

    operations = [
        migrations.AddField("servicemail", "edition_id", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "servicemail", "kind", models.CharField(choices=KINDS, max_length=12)
        ),
        migrations.AddConstraint(
            "servicemail",
            models.CheckConstraint(
                name="servicemail_names_what_is_sent_again",
                condition=Q(kind="resend", edition_id__isnull=False, reader__isnull=False)
                | (~Q(kind="resend") & Q(edition_id__isnull=True)),
            ),
        ),
    ]
