"""/console/<slug>/…: the register of offices and numbers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
