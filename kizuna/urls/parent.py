"""/m/<slug>/…: readers, without a login."""

from django.urls import path

from municipalities.views import parent

app_name = "parent"
urlpatterns = [
    path("", parent.landing, name="landing"),
    path("brand.css", parent.brand, name="brand"),
    path("stop/<str:token>/", parent.stop, name="stop"),
    # As mail programs and fingers alter it: no slash at the end, a sign too many.
    path("stop/<path:token>", parent.stop, name="stop_as_clicked"),
]
