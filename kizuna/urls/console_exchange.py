"""/console/<slug>/…: meetings, cases of other municipalities, where one stands."""

from django.urls import URLPattern, path

from delivery.views.benchmark import benchmark
from messages.views import cases, meetings

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/exchange/", cases.library, name="exchange"),
    path("<slug:slug>/exchange/new/", cases.new, name="case_new"),
    path("<slug:slug>/exchange/<int:case>/", cases.one, name="case"),
    path("<slug:slug>/exchange/<int:case>/edit/", cases.edit, name="case_edit"),
    path("<slug:slug>/exchange/<int:case>/withdraw/", cases.withdraw, name="case_withdraw"),
    path("<slug:slug>/exchange/<int:case>/adopt/", cases.adopt, name="case_adopt"),
    path("<slug:slug>/benchmark/", benchmark, name="benchmark"),
    path("<slug:slug>/meetings/", meetings.listing, name="meetings"),
    path("<slug:slug>/meetings/<int:meeting>/", meetings.one, name="meeting"),
    path(
        "<slug:slug>/meetings/<int:meeting>/meeting.ics",
        meetings.calendar_entry,
        name="meeting_ics",
    ),
    path(
        "<slug:slug>/meetings/<int:meeting>/papers/<int:paper>/",
        meetings.paper,
        name="meeting_paper",
    ),
]
