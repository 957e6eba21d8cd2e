"""The web process' entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.settings")
application = get_wsgi_application()

# Every page's code is loaded before the first request, which would wait a second for it. It stays as
# long as the process: a collector that walks it again and again costs one request in twenty 100 ms.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
