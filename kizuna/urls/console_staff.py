"""/console/<slug>/…: readers who call, staff, the audit log."""

from django.urls import URLPattern, path

from municipalities.views import audit

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/audit/", audit.acts, name="audit"),
    path("<slug:slug>/audit/export/", audit.export, name="audit_export"),
]
