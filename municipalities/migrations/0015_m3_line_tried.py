"""What LINE said when a municipality's credentials were tried. Accounts of before count as untried."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0014_m_spans_wait")]

    operations = [
        migrations.AddField(
            "linechannel",
            "result",
            models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField("linechannel", "tried_at", models.DateTimeField(null=True)),
        migrations.AddField("linechannel", "answered_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "linechannel",
            "account_name",
            models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            "linechannel",
            "basic_id",
            models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField("linechannel", "monthly_limit", models.PositiveIntegerField(null=True)),
        migrations.AddConstraint(
            "linechannel",
            models.CheckConstraint(
                condition=Q(result__in=["", "answered", "refused", "closed", "silent"]),
                name="linechannel_results",
            ),
        ),
        migrations.AddConstraint(
            "linechannel",
            models.CheckConstraint(
                condition=Q(("result", "answered"), _negated=True)
                | Q(("answered_at__isnull", False)),
                name="linechannel_answered_at_an_hour",
            ),
        ),
    ]
