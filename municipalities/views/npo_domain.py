"""The domain a municipality's mails come from: what to publish, and what a resolver sees of it."""

from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.sender_records import MOST_LOOKUPS, Outcome
from municipalities.http import NpoRequest
from municipalities.models import Municipality, SenderCheck
from municipalities.services import sender_domain
from municipalities.views.npo_found import the_one


@dataclass(frozen=True, slots=True)
class Record:
    """One of the three: where it stands, what should stand there, and what a resolver saw.

    ``outcome`` "" while nobody has asked.
    """

    title: str
    name: str
    wanted: str
    outcome: str
    state: str
    said: str
    found: list[str]
    missing: str
    """What must be entered first, here or in the installation: "selector" or "include"; else ""."""


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.LOOK_AFTER)
def domain(request: NpoRequest, slug: str) -> HttpResponse:
    """For the municipality's network people to read; asked anew with one press."""
    one = the_one(slug)
    if request.method == "POST":
        made = sender_domain.check(one, request.user)
        if made is None:
            flash.error(request, _("There is no sender's address yet. An operator enters it."))
        elif made.aligned:
            flash.success(request, _("All three are set up."))
        else:
            flash.warning(request, _("Not set up yet. Each record says below what is missing."))
        return redirect("npo:municipality_domain", slug)
    check = sender_domain.latest(one)
    context = {
        "place": "municipalities",
        "one": one,
        "domain": sender_domain.domain_of(one),
        "check": check,
        "records": _records(one, check),
        "may_manage": request.user.may_for_npo(NpoAct.MANAGE_MUNICIPALITIES),
    }
    return TemplateResponse(request, "npo/municipalities/domain.html", context)


def _records(one: Municipality, check: SenderCheck | None) -> list[Record]:
    domain, include = sender_domain.domain_of(one), sender_domain.spf_expected()
    selector = one.dkim_selector or _("<selector>")
    key_of = f"{selector}._domainkey.{domain}"
    public = _("v=DKIM1; k=rsa; p=<the public key of your mail server>")
    return [
        _record(("SPF", domain, include), "spf", check, "" if include else "include"),
        _record(("DKIM", key_of, public), "dkim", check, "" if one.dkim_selector else "selector"),
        _record(("DMARC", f"_dmarc.{domain}", "v=DMARC1; p=none"), "dmarc", check, ""),
    ]


def _record(
    asked: tuple[str, str, str], key: str, check: SenderCheck | None, missing: str
) -> Record:
    title, name, wanted = asked
    details = check.details.get(key, {}) if check else {}
    outcome = str(getattr(check, key)) if check else ""
    return Record(
        title=title,
        name=name,
        wanted=wanted,
        outcome=outcome,
        state=_state(outcome),
        said=_said(details.get("code", "")) if check else "",
        found=[str(text) for text in details.get("found", ())],
        missing=missing,
    )


def _state(outcome: str) -> str:
    if not outcome:
        return _("not checked yet")
    return {
        Outcome.OK: _("set up"),
        Outcome.MISSING: _("missing"),
        Outcome.WRONG: _("wrong"),
        Outcome.UNREACHABLE: _("no answer"),
    }[Outcome(outcome)]


def _said(code: str) -> str:
    return {
        "spf_ok": _("Our mail server may send for this domain."),
        "spf_missing": _("There is no SPF record. Publish the one above."),
        "spf_several": _("There is more than one SPF record; receivers then believe none."),
        "spf_everybody": _("It lets everybody send (+all), so it proves nothing."),
        "spf_too_long": _("It needs more than %(most)s look-ups; receivers then give up.")
        % {"most": MOST_LOOKUPS},
        "spf_without_us": _("It does not include our mail server. Add the include."),
        "dkim_ok": _("The key is there."),
        "dkim_no_selector": _("The selector is not entered here yet."),
        "dkim_missing": _("There is no key at that name."),
        "dkim_several": _("There is more than one key at that name."),
        "dkim_not_readable": _("What stands there is no key."),
        "dkim_revoked": _("The key is taken back (p= is empty)."),
        "dkim_short": _("The key is too short: 1,024 bits at least, better 2,048."),
        "dmarc_ok": _("There is a policy."),
        "dmarc_missing": _("There is no policy, neither here nor at the domain above."),
        "dmarc_several": _("There is more than one policy; receivers then believe none."),
        "dmarc_no_policy": _("The policy says nothing: p= is missing."),
        "unreachable": _("The name server did not answer. Please check again in a while."),
    }.get(code, code)
