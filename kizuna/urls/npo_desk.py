"""/npo/…: drafts, reviews, words to avoid, readers' reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
