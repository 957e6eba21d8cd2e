"""What SPF, DKIM and DMARC records say, judged without asking anybody: RFC 7208, 6376, 7489.

The judge knows texts only; ``municipalities.services.sender_domain`` fetches them. ``code`` names
what was found for the page, which has the words.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum

MOST_LOOKUPS = 10
"""So many names an SPF record may make a receiver look up; more is an error there."""

SMALLEST_RSA_BYTES = 160
"""A public key of 1,024 bits, as it is published, is 162 bytes long; receivers refuse shorter ones."""


class Outcome(StrEnum):
    """Of one of the three questions."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer: the outcome, why, and the records it was read from (cut, for people to see)."""

    outcome: Outcome
    code: str
    found: tuple[str, ...] = ()


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record at all."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is a DMARC record at all."""
    return bool(re.match(r"v\s*=\s*DMARC1\s*(;|$)", text))


def spf_terms(text: str) -> list[str]:
    """The mechanisms and modifiers of a record, in small letters."""
    return text.lower().split()[1:]


def included(terms: list[str]) -> list[str]:
    """The names whose records count as part of this one."""
    names = []
    for term in terms:
        bare = term.lstrip("+")
        if bare.startswith("include:"):
            names.append(bare.removeprefix("include:").rstrip("."))
        elif bare.startswith("redirect="):
            names.append(bare.removeprefix("redirect=").rstrip("."))
    return names


def lookups(terms: list[str]) -> int:
    """How many names this record alone makes a receiver look up."""
    return sum(
        bool(re.match(r"[+?~-]?(include:|a$|a[:/]|mx$|mx[:/]|ptr$|ptr:|exists:)|redirect=", term))
        for term in terms
    )


def lets_everybody_send(terms: list[str]) -> bool:
    """``+all`` and ``all``: then the record proves nothing."""
    return any(term in {"all", "+all"} for term in terms)


def judge_dkim(texts: list[str]) -> Verdict:
    """The public key under which receivers check our signature."""
    keys = [text for text in texts if "p" in _tags(text)]
    shown = tuple(text[:300] for text in texts)
    if not keys:
        return Verdict(Outcome.MISSING, "dkim_missing", shown)
    fault = "dkim_several" if len(keys) > 1 else _fault_of_key(_tags(keys[0]))
    return Verdict(Outcome.WRONG if fault else Outcome.OK, fault or "dkim_ok", shown)


def _fault_of_key(tags: dict[str, str]) -> str:
    try:
        key = base64.b64decode(re.sub(r"\s", "", tags["p"]), validate=True)
    except (binascii.Error, ValueError):
        return "dkim_not_readable"
    if tags.get("v", "DKIM1") != "DKIM1":
        return "dkim_not_readable"
    if not key:
        return "dkim_revoked"
    is_short = tags.get("k", "rsa") == "rsa" and len(key) < SMALLEST_RSA_BYTES
    return "dkim_short" if is_short else ""


def judge_dmarc(texts: list[str]) -> Verdict:
    """The policy for mails that fail both. Any policy will do: the two others must hold anyway."""
    records = [text for text in texts if is_dmarc(text)]
    shown = tuple(text[:300] for text in records)
    if not records:
        return Verdict(Outcome.MISSING, "dmarc_missing")
    if len(records) > 1:
        return Verdict(Outcome.WRONG, "dmarc_several", shown)
    if _tags(records[0]).get("p", "").lower() not in {"none", "quarantine", "reject"}:
        return Verdict(Outcome.WRONG, "dmarc_no_policy", shown)
    return Verdict(Outcome.OK, "dmarc_ok", shown)


def dmarc_names(domain: str) -> list[str]:
    """Where a policy may stand: at the domain itself, else above it, never at the top alone."""
    labels = domain.split(".")
    return [f"_dmarc.{'.'.join(labels[at:])}" for at in range(len(labels) - 1)]


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
