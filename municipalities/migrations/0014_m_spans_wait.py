"""A subscription that comes to an endpoint which is being blocked waits, and begins no span there."""

from functools import partial
from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

before = import_module("municipalities.migrations.0012_f_spans")


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    before.briefly(editor.connection, partial(before.begin, editor.connection))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("municipalities", "0013_r_set_aside")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
