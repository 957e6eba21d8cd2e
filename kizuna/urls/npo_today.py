"""/npo/…: today's run, holds, the days to come."""

from django.urls import URLPattern, path

from delivery.views import npo

urlpatterns: list[URLPattern] = [path("", npo.today, name="today")]
