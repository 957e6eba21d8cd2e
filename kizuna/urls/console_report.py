"""/console/<slug>/…: the monthly report."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
