"""The births of each year, under the policy of their municipality."""

import django.db.models.deletion
from django.db import migrations, models

from municipalities.tenancy.operations import EnableMunicipalityPolicy


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0007_staff_walls")]

    operations = [
        migrations.CreateModel(
            name="Births",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("noted_at", models.DateTimeField()),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "year"), name="one_number_of_births_a_year"
                    )
                ],
            },
        ),
        EnableMunicipalityPolicy("municipalities_births"),
    ]
