"""The few differences tests need."""

from kizuna.settings import *  # noqa: F403  the whole of it, on purpose

# Argon2 costs 50 ms a login on purpose; a thousand tests need none of that.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Tests collect no static files; without this WhiteNoise warns, and warnings are errors.
WHITENOISE_AUTOREFRESH = True
