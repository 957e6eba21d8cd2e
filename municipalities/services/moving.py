"""A family moves: the reader takes the date along to another municipality, by the own hand.

The old municipality writes one thing into the new one, a sign-up that waits for its confirmation:
address, date, relation. Nothing of it counts before the reader opens the new municipality's own
mail and agrees on its own page; the sign-up goes by itself if nobody does. No reader, no number and
no link of the old municipality is known to the new one, and the old one is told nothing back: that
is why the texts from here end at once or by the reader's own stop, never by themselves.
"""

from django.db.models import QuerySet

from municipalities.domain.addresses import Email
from municipalities.domain.signup import Anchor, Contact
from municipalities.domain.words import MunicipalityKind, Relation, Service, Variant
from municipalities.models import Municipality, Subscription
from municipalities.services.registering import Signup, ask_signup
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality

SHOWN = 50


def places_to_move_to(here: Municipality, named: str = "") -> QuerySet[Municipality]:
    """Where texts are sent now and mail can go out, by name; at most ``SHOWN`` and one more."""
    live = _open_to(here)
    if named:
        live = live.filter(name__contains=named)
    return live.order_by("name", "pk")[: SHOWN + 1]


def place_to_move_to(here: Municipality, slug: str) -> Municipality | None:
    """The one of them with this name in its address."""
    return _open_to(here).filter(slug=slug).first()


def hand_over(
    subscription: Subscription,
    to: Municipality,
    email: Email,
    *,
    stop_here: bool,
    client: str = "",
) -> None:
    """Ask for a sign-up there in the reader's name, and stop here if that is wanted.

    Inside ``in_municipality`` of the old one; what is read here is read before the new one opens.
    """
    course, reader = subscription.course, subscription.reader
    asked = Signup(
        Contact(email, Relation(subscription.relation), Variant(reader.variant), ""),
        Anchor(course.due_date, course.birth_date, course.is_provisional),
        language=reader.language,
        children=course.children,
        source="move",
    )
    with in_municipality(to.pk):
        ask_signup(to, asked, client)
    if stop_here:
        stop_subscription(subscription.pk, source="move")


def _open_to(here: Municipality) -> QuerySet[Municipality]:
    live = Municipality.objects.filter(service=Service.LIVE).exclude(mail_address="")
    return live.exclude(pk=here.pk).exclude(kind=MunicipalityKind.NPO)
