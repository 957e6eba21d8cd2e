"""/npo/…: what needs somebody."""

from django.urls import URLPattern, path

from delivery.views import npo_alarms

urlpatterns: list[URLPattern] = [
    path("alarms/", npo_alarms.alarms, name="alarms"),
    path("alarms/<int:alarm>/<str:act>/", npo_alarms.act, name="alarm_act"),
]
