"""/console/<slug>/…: announcements: written, previewed, agreed to."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
