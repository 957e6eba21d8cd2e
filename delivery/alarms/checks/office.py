"""Contracts and sender domains: what must be seen to in time. Asked hourly."""

from collections.abc import Iterator
from datetime import timedelta

from delivery.alarms.cause import Finding, State
from delivery.alarms.look import Look
from municipalities.models import ContractEnd, SenderCheck

CONTRACT_DAYS = 60
CHECK_DAYS = 30


def contract_ends(look: Look) -> Iterator[Finding]:
    """A contract ends within two months and nobody has said yet how it goes on."""
    told = set(
        ContractEnd.objects.filter(cancelled_at=None).values_list("municipality_id", flat=True)
    )
    for pk, one in look.live.items():
        if one.contract_until is None or pk in told:
            continue
        days = (one.contract_until - look.today).days
        if days <= CONTRACT_DAYS:
            yield Finding(pk, facts={"days": max(days, 0), "day": one.contract_until.isoformat()})


def sender_domain(look: Look) -> Iterator[Finding]:
    """SPF, DKIM or DMARC of the sender's domain is not right, or nobody has looked for a month."""
    newest = {
        check.municipality_id: check
        for check in SenderCheck.objects.order_by("municipality_id", "-pk").distinct(
            "municipality_id"
        )
    }
    for pk, one in look.live.items():
        domain = one.mail_address.rpartition("@")[2]
        if not domain:
            continue
        check = newest.get(pk)
        if check is None or check.domain != domain:
            yield Finding(pk, facts={"domain": domain, "wrong": "unchecked"}, state=State.NO_DATA)
        elif not check.aligned:
            wrong = [name for name in ("spf", "dkim", "dmarc") if getattr(check, name) != "ok"]
            yield Finding(pk, facts={"domain": domain, "wrong": ", ".join(wrong).upper()})
        elif look.now - check.at > timedelta(days=CHECK_DAYS):
            yield Finding(pk, facts={"domain": domain, "wrong": "old"}, state=State.NO_DATA)
