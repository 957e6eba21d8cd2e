"""Erase a municipality's people after the end of its contract, and write the certificate.

What stays names no reader: figures, the texts that were written, and the records of acts.
"""

from django.db import connection, transaction

from delivery.models import FrozenRequest
from kizuna.lib import clock
from messages.models import MeetingInvitation, Persona, TextReport
from municipalities.models import ContractEnd, Municipality, StaffUser
from municipalities.services.audit import note
from municipalities.services.contract_end import may_erase
from municipalities.services.erasing_all import erase_people


def erase(municipality: Municipality, by: StaffUser, typed: str) -> ContractEnd:
    """All or nothing, in one transaction. Inside ``in_municipality``.

    Raises:
        Refused: of ``may_erase``; nothing was erased.
    """
    with transaction.atomic():
        end = may_erase(municipality, by, typed)
        erased = erase_people()
        erased |= _forget(municipality)
        erased["読者からの指摘"] = TextReport.objects.all().delete()[0]
        erased["送信要求の控え"] = FrozenRequest.objects.all().delete()[0]
        erased["差出人の名前と写真"] = Persona.objects.update(
            name="（削除）", duty="", picture=b"", is_active=False
        )
        MeetingInvitation.objects.update(people="", wish="")
        end.erased_at, end.erased_by, end.certificate = clock.now(), by, erased
        end.save(update_fields=["erased_at", "erased_by", "certificate"])
        note(municipality, by, "npo.data_erased", rows=sum(erased.values()))
        return end


def _forget(municipality: Municipality) -> dict[str, int]:
    """The ledger and the history hold dates of birth by number: they go as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM delivery_forget(%s)", [municipality.pk])
        deliveries, spans = cursor.fetchone()
    return {"配信の記録": deliveries, "登録の履歴": spans}
