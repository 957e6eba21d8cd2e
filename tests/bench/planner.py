"""``python -m tests.bench.planner``: one look at what is due today, as every worker's tick has it."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.settings")
    django.setup()
    from delivery import running
    from kizuna.lib import clock

    running.plan_due(clock.today())
