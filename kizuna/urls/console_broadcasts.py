"""/console/<slug>/…: one-off messages to a segment, and who speaks in them."""

from django.urls import URLPattern, path

from delivery.views import broadcast_acts, broadcast_sheet, broadcasts
from messages.views import broadcast_drafts, personas

ONE = "<slug:slug>/broadcasts/<int:broadcast>/"

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/broadcasts/", broadcasts.listing, name="broadcasts"),
    path("<slug:slug>/broadcasts/new/", broadcast_drafts.new, name="broadcast_new"),
    path(ONE, broadcasts.one, name="broadcast"),
    path(f"{ONE}who/", broadcast_drafts.who, name="broadcast_who"),
    path(f"{ONE}what/", broadcast_drafts.what, name="broadcast_what"),
    path(f"{ONE}when/", broadcast_drafts.when, name="broadcast_when"),
    path(f"{ONE}mail/", broadcasts.mail, name="broadcast_mail"),
    path(f"{ONE}sheet/", broadcast_sheet.sheet, name="broadcast_sheet"),
    path(f"{ONE}act/", broadcast_acts.act, name="broadcast_act"),
    path(f"{ONE}test/", broadcast_acts.test, name="broadcast_test"),
    path(f"{ONE}copy/", broadcast_drafts.copy, name="broadcast_copy"),
    path(f"{ONE}correct/", broadcast_acts.correct, name="broadcast_correct"),
    path("<slug:slug>/broadcasts/from/", personas.listing, name="personas"),
    path("<slug:slug>/broadcasts/from/new/", personas.new, name="persona_new"),
    path("<slug:slug>/broadcasts/from/<int:persona>/", personas.edit, name="persona"),
    path(
        "<slug:slug>/broadcasts/from/<int:persona>/picture/",
        personas.picture,
        name="persona_picture",
    ),
]
