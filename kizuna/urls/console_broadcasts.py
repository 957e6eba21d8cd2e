"""/console/<slug>/…: one-off messages to a segment."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
