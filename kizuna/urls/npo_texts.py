"""/npo/…: the base texts: list, calendar, versions, bulk."""

from django.urls import URLPattern, path

from messages.views import npo_texts, npo_texts_bulk, npo_texts_one

ONE = "texts/<slug:key>/<slug:audience>/"

urlpatterns: list[URLPattern] = [
    path("texts/", npo_texts.texts, name="texts"),
    path("texts/calendar/", npo_texts.calendar, name="texts_calendar"),
    path("texts/complete/", npo_texts.complete, name="texts_complete"),
    path("texts/bulk/", npo_texts_bulk.page, name="texts_bulk"),
    path("texts/bulk/excel/", npo_texts_bulk.excel, name="texts_excel"),
    path("texts/bulk/files/", npo_texts_bulk.files, name="texts_files"),
    path(ONE, npo_texts_one.text, name="text"),
    path(f"{ONE}begin/", npo_texts_one.begin, name="text_begin"),
    path(f"{ONE}compare/", npo_texts_one.compare, name="text_compare"),
    path(f"{ONE}receivers/", npo_texts_one.receivers, name="text_receivers"),
    path(f"{ONE}announcements/", npo_texts_one.announcements, name="text_announcements"),
]
