"""/console/<slug>/…: taking the data along when a contract ends."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
