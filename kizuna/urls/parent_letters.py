"""/m/<slug>/my/letters/…: what a reader received."""

from django.urls import path

from delivery.views import letter_report, letters

urlpatterns = [
    path("my/letters/", letters.letters, name="letters"),
    path("my/letters/<int:delivery>/", letters.letter, name="letter"),
    path("my/letters/<int:delivery>/report/", letter_report.report, name="report"),
]
