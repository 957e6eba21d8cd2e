"""/console/<slug>/…: meetings, cases of other municipalities, where one stands."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
