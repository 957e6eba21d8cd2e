"""/npo/…: what needs somebody."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
