"""All readers of a municipality go, and its staff's rights: after the end of a contract."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import connection

from municipalities.models import Membership, StaffUser
from municipalities.tenancy.scope import as_staff, the_municipality_id

# The order of the keys; each table with the word for the certificate.
TABLES: tuple[tuple[str, str], ...] = (
    ("municipalities_servicemail", "手続きのメール"),
    ("municipalities_registration", "確認待ちの登録"),
    ("municipalities_subscription", "登録"),
    ("municipalities_invitation", "招待"),
    ("municipalities_consentrecord", "同意の記録"),
    ("municipalities_endpoint", "宛先"),
    ("municipalities_course", "妊娠・お子さん"),
    ("municipalities_reader", "読者"),
    ("municipalities_suppressed", "配信しない宛先の控え"),
    ("municipalities_thanks", "卒業のことば"),
    ("municipalities_linechannel", "LINEの接続情報"),
    ("municipalities_staffinvitation", "職員の招待"),
)


def erase_people() -> dict[str, int]:
    """Delete in sets, one statement a table; how many rows of what. Inside ``in_municipality``."""
    erased: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, word in TABLES:
            cursor.execute(
                f"DELETE FROM {table} WHERE municipality_id = %s", [the_municipality_id()]
            )
            erased[word] = cursor.rowcount
    erased["職員の権限"] = _end_memberships()
    return erased


def _end_memberships() -> int:
    """Nobody works here any more; who works nowhere else cannot log in any more."""
    people = list(Membership.objects.values_list("user_id", flat=True))
    Membership.objects.all().delete()
    for user_id in people:
        with as_staff(user_id):
            works = Membership.objects.filter(user_id=user_id).exists()
        if not works:
            _close_account(user_id)
    return len(people)


def _close_account(user_id: int) -> None:
    """Nobody logs in with it and no address stays; the name stands in the records of acts."""
    mine = StaffUser.objects.filter(pk=user_id, npo_role="", is_superuser=False)
    address = f"ended-{user_id}@kizuna.invalid"
    if mine.update(is_active=False, password=make_password(None), email=address):
        EmailAddress.objects.filter(user_id=user_id).delete()
        Authenticator.objects.filter(user_id=user_id).delete()
