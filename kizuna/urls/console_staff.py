"""/console/<slug>/…: readers who call, staff, the audit log."""

from django.urls import URLPattern, path

from delivery.views import reader_actions, reader_history
from municipalities.views import audit, lookup, staff, staff_networks

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/readers/", lookup.readers, name="readers"),
    path("<slug:slug>/readers/one/", reader_history.look, name="reader"),
    path("<slug:slug>/readers/one/stop/", reader_actions.stop, name="reader_stop"),
    path("<slug:slug>/readers/one/date/", reader_actions.correct, name="reader_date"),
    path("<slug:slug>/readers/one/link/", reader_actions.link, name="reader_link"),
    path("<slug:slug>/readers/one/again/", reader_actions.again, name="reader_again"),
    path("<slug:slug>/staff/", staff.people, name="staff"),
    path("<slug:slug>/staff/<int:member>/", staff.person, name="staff_member"),
    path("<slug:slug>/staff/networks/", staff_networks.networks, name="staff_networks"),
    path(
        "<slug:slug>/staff/invitations/<int:invitation>/",
        staff.invitation,
        name="staff_invitation",
    ),
    path("<slug:slug>/audit/", audit.acts, name="audit"),
    path("<slug:slug>/audit/export/", audit.export, name="audit_export"),
]
