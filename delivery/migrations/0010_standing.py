"""Since when something waits, and broadcasts apart from the texts of the day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0009_forget")]

    operations = [
        migrations.AddField(
            model_name="dayfact",
            name="broadcasts",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="dayfact",
            name="waiting_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="forecast",
            name="broadcasts",
            field=models.PositiveIntegerField(db_default=0),
        ),
    ]
