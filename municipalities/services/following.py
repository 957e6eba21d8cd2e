"""What one reader follows, and by which address. Inside ``in_municipality`` only.

Never who else follows the same course: nobody's page knows that.
"""

from municipalities.models import Endpoint, Reader, Subscription


def lock(reader_id: int) -> Reader | None:
    """Hold the reader until the transaction ends: two presses at once come one after the other.

    Rows that point at the reader may still be written meanwhile, a stop above all.
    """
    return Reader.objects.select_for_update(no_key=True).filter(pk=reader_id).first()


def following(reader: Reader) -> list[Subscription]:
    """What this reader receives or rests from, oldest first: not stopped, not ended."""
    return list(
        Subscription.objects.filter(reader=reader, stopped_at=None, course__closed_at=None)
        .select_related("course", "endpoint")
        .order_by("pk")
    )


def followed(reader: Reader, subscription_id: int) -> Subscription | None:
    """One of them by its number; None where it is another reader's, stopped, or ended."""
    return next((one for one in following(reader) if one.pk == subscription_id), None)


def present_endpoint(reader: Reader) -> Endpoint | None:
    """Where the reader's texts go: the endpoint of what is followed, else the newest verified one."""
    latest = following(reader)[-1:]
    if latest:
        endpoint: Endpoint = latest[0].endpoint
        return endpoint
    return Endpoint.objects.filter(reader=reader, verified_at__isnull=False).order_by("-pk").first()
