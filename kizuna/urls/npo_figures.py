"""/npo/…: figures, reports, voices."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
