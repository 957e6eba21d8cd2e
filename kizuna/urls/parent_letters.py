"""/m/<slug>/my/letters/…: what a reader received."""

from django.urls import path

from delivery.views import letters
from messages.views import report

urlpatterns = [
    path("my/letters/", letters.letters, name="letters"),
    path("my/letters/<int:delivery>/", letters.letter, name="letter"),
    path("my/letters/report/<int:edition>/", report.report, name="report"),
]
