"""The audit log: every act of staff that touches people, texts or rights leaves one row."""

from municipalities.models import Municipality, StaffAct, StaffUser


def note(
    municipality: Municipality,
    staff: StaffUser | None,
    act: str,
    *,
    about: str = "",
    purpose: str = "",
    **details: object,
) -> None:
    """Write down who did what. Inside ``in_municipality``, in the transaction of the act itself.

    ``about`` names a thing by kind and number ("subscription 12"), never by an address or a name.
    """
    StaffAct.objects.create(
        municipality=municipality,
        staff=staff,
        act=act,
        about=about,
        purpose=purpose,
        details=details,
    )
