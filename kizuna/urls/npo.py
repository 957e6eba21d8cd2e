"""/npo/…: the NPO, over all municipalities."""

from django.urls import path

from delivery.views import npo

app_name = "npo"
urlpatterns = [path("", npo.today, name="today")]
