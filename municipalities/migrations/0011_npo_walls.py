"""Policies and grants of what the NPO keeps about municipalities, and of the readers' history."""

from django.db import migrations

from municipalities.tenancy.operations import EnableMunicipalityPolicy, ReadableAcross


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0010_npo")]

    operations = [
        EnableMunicipalityPolicy("municipalities_sendercheck", "SELECT, INSERT"),
        EnableMunicipalityPolicy("municipalities_externalfigure"),
        # The proof that a municipality's data were erased outlives them.
        EnableMunicipalityPolicy("municipalities_contractend", "SELECT, INSERT, UPDATE"),
        # History: a row is added, and ended once; never taken away.
        EnableMunicipalityPolicy("municipalities_readerspan", "SELECT, INSERT, UPDATE"),
        ReadableAcross("municipalities_sendercheck", "kizuna_npo"),
        ReadableAcross("municipalities_externalfigure", "kizuna_npo"),
        ReadableAcross("municipalities_contractend", "kizuna_npo"),
        ReadableAcross("municipalities_births", "kizuna_npo"),
        # What may be quoted, and nothing else of what readers wrote.
        ReadableAcross(
            "municipalities_thanks",
            "kizuna_npo",
            update="quotable_text, quotable_at, quotable_by_id",
            where="may_publish",
        ),
    ]
