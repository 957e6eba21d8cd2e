"""The pages of the register: what texts quote by name, written once, and who made sure of it when."""

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kizuna.lib import clock
from messages.domain.placeholders import CONTACT
from messages.models import Contact
from messages.services import contacts
from messages.services.contacts import Words
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest

LONGEST = 1001
both = require_http_methods(["GET", "HEAD", "POST"])
Mistakes = list[tuple[str, str]]

_WRONG = {
    "empty": gettext_lazy("Write what is to stand in the texts."),
    "long": gettext_lazy("This is too long: up to 200 characters, an emoji counts as two."),
    "placeholder": gettext_lazy("Nothing is filled in here: write it without {{ and }}."),
    "private": gettext_lazy("A self-made character cannot be shown on a reader's phone."),
    "address": gettext_lazy("An address begins with https: and is that of a public page."),
}


@require_safe
@console(Act.SEE_TEXTS)
def register(request: ConsoleRequest) -> HttpResponse:
    """All entries; those first that nobody has made sure of for half a year."""
    entries = contacts.register(clock.today())
    context = {
        "place": "contacts",
        "entries": [(entry, quoted(entry.contact.name)) for entry in entries],
        "stale": sum(entry.is_stale for entry in entries),
        "example": quoted(_("name")),
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    return TemplateResponse(request, "console/contacts/list.html", context)


@both
@console(Act.WRITE_BLOCKS)
def add(request: ConsoleRequest) -> HttpResponse:
    """A new entry."""
    if request.method != "POST":
        return _form(request, Words("", ""))
    words = _typed(request)
    mistakes = _judged(words.tidied())
    if mistakes:
        return _form(request, words, mistakes)
    try:
        made = contacts.add(request.municipality, words.tidied(), request.user)
    except contacts.NameTaken:
        return _form(request, words, [_taken()])
    flash.success(
        request, _("Added. Texts may quote it as %(name)s.") % {"name": quoted(made.name)}
    )
    return redirect("console:contacts", request.municipality.slug)


@both
@console(Act.WRITE_BLOCKS)
def change(request: ConsoleRequest, contact: int) -> HttpResponse:
    """Another number, another name. Who saves over somebody else's change sees it first."""
    if request.method != "POST":
        one = _found(_entry(contact))
        return _form(request, _words(one), one=one)
    words, seen = _typed(request), _seen(request)
    mistakes = _judged(words.tidied())
    if not mistakes:
        try:
            contacts.change(
                contact,
                words.tidied(),
                seen,
                request.user,
                may_approve=request.seat.may(Act.APPROVE_BLOCKS),
            )
        except contacts.Changed:
            return _meanwhile(request, contact, words)
        except contacts.InUse:
            mistakes = [("name", _("Texts quote this name: change it there first, or leave it."))]
        except contacts.NeedsApprover:
            ask = _(
                "Approved texts quote this. Somebody who may approve can change it;"
                " please ask them."
            )
            mistakes = [("value", ask)]
        except contacts.NameTaken:
            mistakes = [_taken()]
        else:
            ready = _(
                "Saved. It is in every text that is put together from now on;"
                " one that is ready already stays as it is."
            )
            flash.success(request, ready)
            return redirect("console:contacts", request.municipality.slug)
    return _form(request, words, mistakes, one=_found(_entry(contact)), seen=seen)


@require_POST
@console(Act.WRITE_BLOCKS)
def verify(request: ConsoleRequest, contact: int) -> HttpResponse:
    """Somebody has made sure today that what the page showed is right."""
    try:
        one = contacts.verify(contact, _seen(request), request.user)
    except contacts.Changed:
        flash.error(request, _("It was changed meanwhile. Look at it once more, then press again."))
    else:
        flash.success(request, _("Noted: %(name)s is right as of today.") % {"name": one.name})
    return redirect("console:contacts", request.municipality.slug)


@both
@console(Act.WRITE_BLOCKS)
def remove(request: ConsoleRequest, contact: int) -> HttpResponse:
    """Ask once, then take it out; refused while a text quotes it."""
    one = _found(_entry(contact))
    if request.method == "POST":
        try:
            contacts.remove(contact, _seen(request), request.user)
        except contacts.Changed:
            flash.error(request, _("It was changed meanwhile. Nothing was removed."))
        except contacts.InUse:
            pass  # the page says which texts
        else:
            flash.success(request, _("Removed: %(name)s") % {"name": one.name})
            return redirect("console:contacts", request.municipality.slug)
    context = {"place": "contacts", "one": one, "uses": contacts.uses_of(one.name, clock.today())}
    return TemplateResponse(request, "console/contacts/remove.html", context)


def quoted(name: str) -> str:
    """How a text quotes it."""
    return f"{{{{{CONTACT}{name}}}}}"


def _form(  # noqa: PLR0917  what the page shows
    request: ConsoleRequest,
    words: Words,
    mistakes: Mistakes | None = None,
    one: Contact | None = None,
    seen: Words | None = None,
    theirs: Words | None = None,
    was_removed: bool = False,
) -> HttpResponse:
    """With what was typed. ``theirs``: what somebody else wrote meanwhile; the next save is over it."""
    told = mistakes or []
    context = {
        "place": "contacts",
        "words": words,
        "seen": seen or (_words(one) if one else None),
        "one": one,
        "uses": contacts.uses_of(one.name, clock.today()) if one else None,
        "theirs": theirs,
        "was_removed": was_removed,
        "quoted": quoted(one.name) if one else "",
        "mistakes": told,
        "wrong": dict(told),
    }
    status = 409 if theirs or was_removed else 200
    return TemplateResponse(request, "console/contacts/form.html", context, status=status)


def _meanwhile(request: ConsoleRequest, contact: int, words: Words) -> HttpResponse:
    """Changed or removed while it was being written anew: nothing typed is lost, and one press
    saves it all the same."""
    one = _entry(contact)
    theirs = _words(one) if one else None
    return _form(request, words, one=one, theirs=theirs, was_removed=one is None)


def _judged(words: Words) -> Mistakes:
    mistakes: Mistakes = []
    if not words.name:
        mistakes.append(("name", _("Write a name.")))
    elif not contacts.fits_a_name(words.name):
        mistakes.append(
            (
                "name",
                _("A name has up to 20 characters and no brackets, colons or signs like * and %."),
            )
        )
    if wrong := contacts.what_is_wrong_with(words.value):
        mistakes.append(("value", str(_WRONG[wrong])))
    return mistakes


def _taken() -> tuple[str, str]:
    return "name", _("There is an entry of this name already.")


def _typed(request: ConsoleRequest) -> Words:
    return Words(request.POST.get("name", "")[:LONGEST], request.POST.get("value", "")[:LONGEST])


def _seen(request: ConsoleRequest) -> Words:
    return Words(
        request.POST.get("seen_name", "")[:LONGEST], request.POST.get("seen_value", "")[:LONGEST]
    )


def _words(one: Contact) -> Words:
    return Words(one.name, one.value)


def _entry(contact: int) -> Contact | None:
    return Contact.objects.filter(pk=contact).first()


def _found(one: Contact | None) -> Contact:
    if one is None:
        raise Http404
    return one
