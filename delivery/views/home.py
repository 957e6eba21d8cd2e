"""What the first page shows below the day: what comes next, what to do, how many registered."""

from datetime import datetime

from messages.services import cases, home, starting
from messages.services.review import Hand
from municipalities.domain.roles import Act
from municipalities.domain.words import Service
from municipalities.http import ConsoleRequest
from municipalities.services import births


def sections(request: ConsoleRequest, now: datetime) -> dict[str, object]:
    """For the template. Who may not read texts sees the sending only; so does the page itself, when
    it fetches moving figures anew every few seconds."""
    fetched = request.headers.get("Sec-Fetch-Dest") == "empty"
    if fetched or not request.seat.may(Act.SEE_TEXTS):
        return {}
    on, municipality, seat = now.date(), request.municipality, request.seat
    hand = Hand(
        municipality, request.user, seat.may(Act.WRITE_BLOCKS), seat.may(Act.APPROVE_BLOCKS)
    )
    preparing = municipality.service == Service.PREPARING
    steps = starting.checklist(municipality, on) if preparing else []
    return {
        "home": True,
        "next": home.next_announcement(municipality, on),
        "next_broadcast": home.next_broadcast(now),
        "todos": home.todos(hand, on),
        "idea": cases.newest_of_others(),
        "registrations": home.registrations(on),
        "coverage": births.coverage(on),
        "month": on.replace(day=1),
        "month_before": on.replace(day=1, year=on.year - 1),
        "steps": steps,
        "places": starting.places(on) if preparing else None,
        "steps_left": sum(not done for _, done in steps),
        "ready_for_start": bool(steps) and all(done for _, done in steps),
    }
