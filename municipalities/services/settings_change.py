"""An operator changes a municipality's settings: only what was touched, noted by name of field."""

from collections.abc import Mapping
from typing import Any

from municipalities.domain.words import MunicipalityKind
from municipalities.models import Municipality, StaffUser
from municipalities.services import programmes
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into


def change(one: Municipality, by: StaffUser, touched: Mapping[str, Any]) -> list[str]:
    """The names of the fields that differ now. Nothing differs: nothing is noted.

    ``programme`` comes as the programme's number in text, "" for none.
    """
    values = dict(touched)
    if "programme" in values:
        found = programmes.programme(values["programme"])
        values["programme"] = None if found and found.pk == one.pk else found
    with stepping_into(one.pk):
        held = Municipality.objects.select_for_update(of=("self",)).get(pk=one.pk)
        if values.get("kind", held.kind) == MunicipalityKind.PREFECTURE:
            values["programme"] = None
        names = [name for name, value in values.items() if getattr(held, name) != value]
        for name in names:
            setattr(held, name, values[name])
        if names:
            held.save(update_fields=names)
            note(held, by, "npo.settings_changed", fields=sorted(names))
    return names
