"""/m/<slug>/…: stopping, inviting, moving away, one's own data, the end of the last course."""

from django.urls import path

from delivery.views import my_data
from messages.views import joining, thanks
from municipalities.views import inviting, leaving, moving

urlpatterns = [
    path("stop/<str:token>/", leaving.stop, name="stop"),
    path("stop/<str:token>/undo/", leaving.undo, name="undo"),
    path("stop/<str:token>/everything/", leaving.stop_everything, name="stop_everything"),
    path("stop/<str:token>/loss/", leaving.loss, name="loss"),
    # As mail programs and fingers alter it: no slash at the end, a sign too many.
    path("stop/<path:token>", leaving.stop, name="stop_as_clicked"),
    path("my/stop/<int:subscription>/", leaving.my_stop, name="my_stop"),
    path("my/invite/", inviting.invite, name="invite"),
    path("my/invite/<int:invitation>/withdraw/", inviting.revoke, name="revoke"),
    path("join/<str:code>/", joining.join, name="join"),
    path("my/move/", moving.choose, name="move"),
    path("my/move/<slug:to>/", moving.move_to, name="move_to"),
    path("my/data/", my_data.shown, name="my_data"),
    path("my/data/download/", my_data.download, name="my_data_download"),
    path("my/data/delete/", my_data.delete, name="my_data_delete"),
    path("my/thanks/", thanks.thanks, name="thanks"),
]
