"""/npo/…: the end of a contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
