"""/console/…: staff of one municipality."""

from django.urls import include, path, register_converter

from delivery.views import texts, today
from kizuna.urls.converters import DayConverter
from municipalities.views.by_phone import stop_by_phone
from municipalities.views.home import choose

register_converter(DayConverter, "day")

app_name = "console"
urlpatterns = [
    path("", choose, name="choose"),
    path("<slug:slug>/", today.today, name="today"),
    path("<slug:slug>/phone/", stop_by_phone, name="phone"),
    path("<slug:slug>/texts/<day:day>/", texts.day, name="texts"),
    path("<slug:slug>/texts/<int:edition>/", texts.text, name="text"),
    path("<slug:slug>/texts/<int:edition>/mail/", texts.mail, name="text_mail"),
    path("<slug:slug>/texts/<int:edition>/web/", texts.web, name="text_web"),
    path("", include("kizuna.urls.console_blocks")),
    path("", include("kizuna.urls.console_contacts")),
    path("", include("kizuna.urls.console_broadcasts")),
    path("", include("kizuna.urls.console_calendar")),
    path("", include("kizuna.urls.console_staff")),
    path("", include("kizuna.urls.console_exchange")),
    path("", include("kizuna.urls.console_report")),
    path("", include("kizuna.urls.console_contract")),
]
