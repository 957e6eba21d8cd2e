"""/console/<slug>/…: the calendar, the sheet for a successor, births, announcements by Excel."""

from django.urls import URLPattern, path

from messages.views import bulk, calendar, handover
from municipalities.views import births

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/calendar/", calendar.course, name="calendar"),
    path("<slug:slug>/calendar/dates/", calendar.dates, name="calendar_dates"),
    path("<slug:slug>/calendar/<slug:key>/", calendar.stage, name="calendar_stage"),
    path("<slug:slug>/handover/", handover.show, name="handover"),
    path("<slug:slug>/births/", births.edit, name="births"),
    path("<slug:slug>/blocks/bulk/", bulk.page, name="bulk"),
    path("<slug:slug>/blocks/bulk/download/", bulk.download, name="bulk_download"),
]
