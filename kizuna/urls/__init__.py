"""The doors' addresses. Wiring only: whoever comes in is asked by ``municipalities.access``."""

from django.urls import URLPattern, URLResolver, include, path

from delivery.views import status
from kizuna import health
from municipalities.views import operators
from municipalities.views.home import home
from municipalities.views.placement import placement

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("accounts/", include("kizuna.urls.accounts")),
    path("console/", include("kizuna.urls.console")),
    path("npo/", include("kizuna.urls.npo")),
    path("status/", status.status, name="status"),
    path("m/<slug:slug>/", include("kizuna.urls.parent")),
    path("r/<str:printed>/", placement, name="placement"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", operators.site.urls),
]

handler400 = "municipalities.views.errors.bad_request"
handler403 = "municipalities.views.errors.forbidden"
handler404 = "municipalities.views.errors.not_found"
handler500 = "municipalities.views.errors.server_error"
