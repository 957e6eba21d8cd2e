"""/npo/…: the NPO, over all municipalities."""

from django.urls import include, path

app_name = "npo"
urlpatterns = [
    path("", include("kizuna.urls.npo_today")),
    path("", include("kizuna.urls.npo_alarms")),
    path("", include("kizuna.urls.npo_texts")),
    path("", include("kizuna.urls.npo_desk")),
    path("", include("kizuna.urls.npo_municipalities")),
    path("", include("kizuna.urls.npo_figures")),
    path("", include("kizuna.urls.npo_exchange")),
    path("", include("kizuna.urls.npo_contracts")),
    path("", include("kizuna.urls.npo_reports")),
]
