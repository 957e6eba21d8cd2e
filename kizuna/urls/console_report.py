"""/console/<slug>/…: the monthly report."""

from django.urls import URLPattern, path

from delivery.views import report

MONTH = "<slug:slug>/report/<int:year>/<int:month>/"

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/report/", report.latest, name="reports"),
    path(MONTH, report.page, name="report"),
    path(f"{MONTH}pdf/", report.as_pdf, name="report_pdf"),
    path(f"{MONTH}csv/", report.as_csv, name="report_csv"),
]
