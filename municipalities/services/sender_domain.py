"""Whether the domain of a municipality's mails is set up so that receivers believe them.

Asked of a resolver, as a receiver asks: SPF at the domain itself (our envelope sender has it), DKIM
under the municipality's selector, DMARC at the domain or above. Nothing is guessed: a resolver that
does not answer is "unreachable", never "missing".
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.db import transaction

from municipalities.domain import sender_records as records
from municipalities.domain.sender_records import Outcome, Verdict
from municipalities.models import Municipality, SenderCheck, StaffUser
from municipalities.services.audit import note
from municipalities.signals import domain_checked
from municipalities.tenancy.scope import stepping_into

QUESTION_SECONDS = 3.0
ALL_SECONDS = 12.0
"""Somebody waits before the page: after so long what is not answered counts as unreachable."""

FRESH_DAYS = 30


class Unreachable(Exception):
    """The resolver did not answer, or answered that it cannot."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The three verdicts about one domain."""

    domain: str
    spf: Verdict
    dkim: Verdict
    dmarc: Verdict

    @property
    def aligned(self) -> bool:
        """Whether receivers will believe its mails."""
        return {self.spf.outcome, self.dkim.outcome, self.dmarc.outcome} == {Outcome.OK}


class Resolver:
    """TXT records by name, each asked for once, within ``ALL_SECONDS`` together."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}
        self._until = time.monotonic() + ALL_SECONDS
        self._resolver = _resolver()

    def texts(self, name: str) -> list[str]:
        """The texts at that name; none where there are none. Raises Unreachable."""
        if name not in self._known:
            self._known[name] = self._asked(name)
        return self._known[name]

    def _asked(self, name: str) -> list[str]:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Unreachable
        try:
            found = self._resolver.resolve(
                f"{name}.", "TXT", lifetime=min(left, QUESTION_SECONDS), raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            return []
        except dns.exception.DNSException:
            raise Unreachable from None
        rows = found.rrset or ()
        return [b"".join(row.strings).decode("utf-8", "replace") for row in rows]


def domain_of(municipality: Municipality) -> str:
    """The domain that mails to readers come from; "" where none is set."""
    return parseaddr(municipality.mail_address)[1].rpartition("@")[2].lower()


def ask(domain: str, selector: str) -> Answers:
    """What a receiver would find now. Takes seconds where a resolver is slow."""
    resolver = Resolver()
    return Answers(
        domain=domain,
        spf=_guarded(_spf, resolver, domain),
        dkim=_guarded(_dkim, resolver, domain, selector),
        dmarc=_guarded(_dmarc, resolver, domain),
    )


def check(municipality: Municipality, by: StaffUser) -> SenderCheck | None:
    """Ask, and keep the answer. None where there is no address to ask about. From the NPO's door."""
    domain = domain_of(municipality)
    if not domain:
        return None
    answers = ask(domain, municipality.dkim_selector)
    told = {name: asdict(getattr(answers, name)) for name in ("spf", "dkim", "dmarc")}
    with stepping_into(municipality.pk):
        made = SenderCheck.objects.create(
            municipality=municipality,
            domain=domain,
            spf=answers.spf.outcome,
            dkim=answers.dkim.outcome,
            dmarc=answers.dmarc.outcome,
            details={**told, "selector": municipality.dkim_selector},
        )
        note(municipality, by, "npo.domain_checked", aligned=made.aligned)
        transaction.on_commit(lambda: domain_checked.send(None), robust=True)
    return made


def latest(municipality: Municipality) -> SenderCheck | None:
    """The newest answer about the address as it is now; an answer about another one is none."""
    found = SenderCheck.objects.filter(municipality=municipality).order_by("-pk").first()
    if found is None or found.domain != domain_of(municipality):
        return None
    return found if found.details.get("selector") == municipality.dkim_selector else None


def spf_expected() -> str:
    """The record to publish, as it is to be written where there is none yet; "" while this
    installation does not know the name of its own mail server (``SPF_INCLUDE``)."""
    include = settings.SPF_INCLUDE
    return f"v=spf1 include:{include} -all" if include else ""


def _resolver() -> dns.resolver.Resolver:
    if not settings.DNS_RESOLVER:
        try:
            made = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            made = dns.resolver.Resolver(configure=False)
    else:
        host, _colon, port = settings.DNS_RESOLVER.rpartition(":")
        made = dns.resolver.Resolver(configure=False)
        made.nameservers = [host.strip("[]")]
        made.port = int(port)
    made.timeout = QUESTION_SECONDS / 2
    # Keys of 2,048 bits do not fit into the 512 bytes of old.
    made.use_edns(0, 0, 1232)
    return made


def _guarded(question: Callable[..., Verdict], resolver: Resolver, *about: str) -> Verdict:
    try:
        return question(resolver, *about)
    except Unreachable:
        return Verdict(Outcome.UNREACHABLE, "unreachable")


def _spf(resolver: Resolver, domain: str) -> Verdict:
    found = [text for text in resolver.texts(domain) if records.is_spf(text)]
    shown = tuple(text[:300] for text in found)
    if not found:
        return Verdict(Outcome.MISSING, "spf_missing")
    if len(found) > 1:
        return Verdict(Outcome.WRONG, "spf_several", shown)
    terms = records.spf_terms(found[0])
    if records.lets_everybody_send(terms):
        return Verdict(Outcome.WRONG, "spf_everybody", shown)
    names, asked = _reached(resolver, terms)
    if asked > records.MOST_LOOKUPS:
        return Verdict(Outcome.WRONG, "spf_too_long", shown)
    if settings.SPF_INCLUDE and settings.SPF_INCLUDE.lower() not in names:
        return Verdict(Outcome.WRONG, "spf_without_us", shown)
    return Verdict(Outcome.OK, "spf_ok", shown)


def _reached(resolver: Resolver, terms: list[str]) -> tuple[set[str], int]:
    """All names that count as part of a record, and how many look-ups a receiver needs for it."""
    names: set[str] = set()
    asked, waiting = records.lookups(terms), records.included(terms)
    while waiting and asked <= records.MOST_LOOKUPS:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        for text in resolver.texts(name):
            if records.is_spf(text):
                inner = records.spf_terms(text)
                asked += records.lookups(inner)
                waiting += records.included(inner)
    return names, asked


def _dkim(resolver: Resolver, domain: str, selector: str) -> Verdict:
    if not selector:
        return Verdict(Outcome.MISSING, "dkim_no_selector")
    return records.judge_dkim(resolver.texts(f"{selector}._domainkey.{domain}"))


def _dmarc(resolver: Resolver, domain: str) -> Verdict:
    for name in records.dmarc_names(domain):
        verdict = records.judge_dmarc(resolver.texts(name))
        if verdict.outcome is not Outcome.MISSING:
            return verdict
    return Verdict(Outcome.MISSING, "dmarc_missing")
