"""/m/<slug>/my/…: a reader's own page and what can be changed on it."""

from django.urls import path

from messages.views import my, my_address, my_choices, my_dates

urlpatterns = [
    path("my/", my.my, name="my"),
    path("my/entrance/", my.entrance, name="entrance"),
    path("my/enter/<str:token>/", my.enter, name="enter"),
    # As mail programs and fingers alter it: no slash at the end, a sign too many.
    path("my/enter/<path:token>", my.enter, name="enter_as_clicked"),
    path("my/leave/", my.leave, name="my_leave"),
    path("my/birth/<int:subscription>/", my_dates.birth, name="my_birth"),
    path("my/date/<int:subscription>/", my_dates.change, name="my_date"),
    path("my/child/", my_dates.child, name="my_child"),
    path("my/words/", my_choices.words, name="my_words"),
    path("my/pause/", my_choices.pause, name="my_pause"),
    path("my/address/", my_address.address, name="my_address"),
]
