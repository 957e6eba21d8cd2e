"""/npo/…: today's run, holds, the days to come."""

from django.urls import URLPattern, path

from delivery.views import npo, npo_day, npo_days, npo_hold_many, npo_holds

urlpatterns: list[URLPattern] = [
    path("", npo.today, name="today"),
    path("days/", npo_days.days, name="days"),
    path("holds/", npo_holds.holds, name="holds"),
    path("holds/together/", npo_hold_many.together, name="holds_together"),
    path("holds/everywhere/", npo_hold_many.everywhere, name="hold_everywhere"),
    path("holds/<int:pk>/", npo_holds.act, name="hold_act"),
    path("today/<slug:slug>/<day:on>/", npo_day.day, name="day"),
    path("today/<slug:slug>/<day:on>/hold/", npo_holds.hold, name="hold"),
]
