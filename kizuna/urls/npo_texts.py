"""/npo/…: the base texts: list, calendar, versions, bulk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
