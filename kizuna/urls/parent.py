"""/m/<slug>/…: readers, without a login."""

from django.urls import include, path

from messages.views import confirmation, signup
from municipalities.views import logo, parent

app_name = "parent"
urlpatterns = [
    path("", signup.landing, name="landing"),
    path("register/", signup.register, name="register"),
    path("confirm/<str:token>/", confirmation.confirm, name="confirm"),
    # As mail programs and fingers alter it: no slash at the end, a sign too many.
    path("confirm/<path:token>", confirmation.confirm, name="confirm_as_clicked"),
    path("mail-help/", signup.mail_help, name="mail_help"),
    path("brand.css", parent.brand, name="brand"),
    path("logo.png", logo.logo, name="logo"),
    path("", include("kizuna.urls.parent_my")),
    path("", include("kizuna.urls.parent_letters")),
    path("", include("kizuna.urls.parent_leave")),
]
