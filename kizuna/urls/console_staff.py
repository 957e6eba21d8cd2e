"""/console/<slug>/…: readers who call, staff, the audit log."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
