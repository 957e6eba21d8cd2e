"""/console/<slug>/…: the course as a calendar."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
