"""/m/<slug>/…: readers, without a login."""

from django.urls import include, path

from municipalities.views import logo, parent

app_name = "parent"
urlpatterns = [
    path("", parent.landing, name="landing"),
    path("brand.css", parent.brand, name="brand"),
    path("logo.png", logo.logo, name="logo"),
    path("", include("kizuna.urls.parent_letters")),
    path("stop/<str:token>/", parent.stop, name="stop"),
    # As mail programs and fingers alter it: no slash at the end, a sign too many.
    path("stop/<path:token>", parent.stop, name="stop_as_clicked"),
]
