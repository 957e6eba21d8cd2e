"""/npo/…: municipalities and who looks after them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
