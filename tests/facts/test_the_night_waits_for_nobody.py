"""The night's last count takes the run's lock, as the sweeper does: a planning is never cut in half."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from delivery import invariants
from delivery.models import DailyFact
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.console.days import Rows, make_ledger, make_run
from tests.world import make_municipality

pytestmark = pytest.mark.django_db(transaction=True)

YESTERDAY = clock.today() - timedelta(days=1)


def counted(municipality: Municipality) -> int:
    with in_municipality(municipality.pk):
        return DailyFact.objects.count()


def test_a_run_in_somebody_s_hands_is_left_to_them() -> None:
    aoba = make_municipality()
    run = make_run(aoba, YESTERDAY, finished=True)
    make_ledger(aoba, Rows("email", "sent", 3), on=YESTERDAY)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT set_config('app.municipality_id', %s, true)", [str(aoba.pk)])
        held = other.execute("SELECT id FROM delivery_run WHERE id = %s FOR UPDATE", [run.pk])
        assert held.fetchone() == (run.pk,)
        invariants.check_night(YESTERDAY)
        assert counted(aoba) == 0
        other.rollback()
    invariants.check_night(YESTERDAY)
    assert counted(aoba) == 1
