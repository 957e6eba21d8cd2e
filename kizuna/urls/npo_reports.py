"""/npo/…: the monthly report of one municipality."""

from django.urls import URLPattern, path

from delivery.views import report

MONTH = "municipality/<slug:slug>/report/<int:year>/<int:month>/"

urlpatterns: list[URLPattern] = [
    path(MONTH, report.npo_page, name="report"),
    path(f"{MONTH}pdf/", report.npo_pdf, name="report_pdf"),
    path(f"{MONTH}csv/", report.npo_csv, name="report_csv"),
]
