"""Since when somebody wants what is held to go on: the alarm waits ten minutes for a second person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0012_m_flows_by_channel")]

    operations = [
        migrations.AddField("hold", "resume_asked_at", models.DateTimeField(null=True)),
    ]
