"""/npo/…: municipalities and who looks after them."""

from django.urls import URLPattern, path

from delivery.views import npo_line, npo_service
from messages.views import npo_municipality
from municipalities.views import (
    npo_care,
    npo_domain,
    npo_external,
    npo_founding,
    npo_municipalities,
    npo_settings,
)

ONE = "municipality/<slug:slug>"

urlpatterns: list[URLPattern] = [
    path("municipalities/", npo_municipalities.municipalities, name="municipalities"),
    path("municipalities/new/", npo_founding.search, name="municipality_new"),
    path("municipalities/new/form/", npo_founding.found, name="municipality_form"),
    path("municipalities/external/", npo_external.page, name="external"),
    path("municipalities/external/template/", npo_external.template, name="external_template"),
    path(f"{ONE}/", npo_municipality.municipality, name="municipality"),
    path(f"{ONE}/start/", npo_municipality.start, name="municipality_start"),
    path(f"{ONE}/settings/", npo_settings.edit, name="municipality_edit"),
    path(f"{ONE}/invite/", npo_settings.invite, name="municipality_invite"),
    path(f"{ONE}/line/", npo_line.account, name="municipality_line"),
    path(f"{ONE}/line/try/", npo_line.try_now, name="municipality_line_try"),
    path(f"{ONE}/domain/", npo_domain.domain, name="municipality_domain"),
    path(f"{ONE}/service/", npo_service.service, name="municipality_service"),
    path(f"{ONE}/partner/", npo_care.partner, name="municipality_partner"),
    path(f"{ONE}/note/", npo_care.write_down, name="municipality_note"),
    path(f"{ONE}/members/", npo_care.members, name="municipality_members"),
]
