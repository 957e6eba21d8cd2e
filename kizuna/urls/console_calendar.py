"""/console/<slug>/…: the course as a calendar, and the sheet for a successor."""

from django.urls import URLPattern, path

from messages.views import calendar, handover

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/calendar/", calendar.course, name="calendar"),
    path("<slug:slug>/calendar/dates/", calendar.dates, name="calendar_dates"),
    path("<slug:slug>/calendar/<slug:key>/", calendar.stage, name="calendar_stage"),
    path("<slug:slug>/handover/", handover.show, name="handover"),
]
