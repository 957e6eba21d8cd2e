"""The one settings file. Every value comes typed from the environment; a wrong one stops the start.

Nothing here starts a service. ``python -m kizuna.embedded`` does, and exports what it started.
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from kizuna.lib.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False) if (BASE_DIR / ".env").exists() else None


def required(name: str) -> str:
    """A value without which nothing can start.

    Raises:
        ImproperlyConfigured: it is missing or empty; the sentence names the two ways to set it.
    """
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment or in .env (see .env.example), "
            f"or let `python -m kizuna.embedded run -- COMMAND` start the services and set it."
        )
    return str(value)


def database(name: str) -> dict[str, Any]:
    """A PostgreSQL connection from a URL; socket directories come as ``?host=/run/…``."""
    url = required(name)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} is not a PostgreSQL address. It looks like "
            f"postgresql://user:password@host:5432/database or postgresql://user@/database?host=/run/dir."
        )
    config = dict(env.db_url_config(url))
    host = parse_qs(parts.query).get("host")
    options = dict(config.get("OPTIONS", {}))
    if host:
        config["HOST"] = host[0]
        options.pop("host", None)
    # A database that is away is told within seconds, not after minutes.
    options.setdefault("connect_timeout", 5)
    config["OPTIONS"] = options
    return config


# --- What kind of installation ------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# Links in mails are built from this and never from a request's Host header.
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = PUBLIC_BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

# --- Keys of their own purpose -------------------------------------------------------------------
ENCRYPTION_KEYS = required("ENCRYPTION_KEYS")
BLIND_INDEX_KEY = required("BLIND_INDEX_KEY")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Services ------------------------------------------------------------------------------------
DATABASES = {"default": database("DATABASE_URL")}
# The weak role works; the owner only migrates. Web and workers are started without this variable.
if env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = database("DATABASE_OWNER_URL")
for _connection in DATABASES.values():
    # Celery tasks reuse a thread's connection: 379 against 122 one-insert tasks a second.
    _connection["CONN_MAX_AGE"] = 600
    _connection["CONN_HEALTH_CHECKS"] = True
REDIS_URL = required("REDIS_URL")
EMAIL_URL = required("EMAIL_URL")
LINE_API_BASE_URL = required("LINE_API_BASE_URL").rstrip("/")
CELERY_BROKER_URL = (
    # Celery's spelling of a Unix socket.
    f"redis+socket://{urlsplit(REDIS_URL).path}?virtual_host=0"
    if REDIS_URL.startswith("unix:")
    else REDIS_URL
)
CACHES = {
    "default": {
        "BACKEND": "kizuna.cache.OptionalRedisCache",
        "LOCATION": REDIS_URL,
        # A frozen Redis costs a page a second, not 5.4.
        "OPTIONS": {"socket_timeout": 0.8, "socket_connect_timeout": 0.8},
    }
}
# Django's own mail (password reset). The daily texts go through delivery.channels.smtp.
vars().update(env.email_url_config(EMAIL_URL))
# django-environ reads smtps:// as STARTTLS; it means TLS from the first byte, here as in the channel.
EMAIL_USE_SSL = EMAIL_URL.startswith("smtps:")
EMAIL_USE_TLS = EMAIL_URL.startswith("smtp+tls:")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("SYSTEM_MAIL_FROM", default="kizuna@localhost")

# Whether staff may let the web ask the pages that an announcement links to; off where it has no way out.
LINK_CHECK = env.bool("LINK_CHECK", default=True)

# --- Domains of senders ---------------------------------------------------------------------------
# Who is asked for SPF, DKIM and DMARC: "host:port"; empty: the resolver of this machine.
DNS_RESOLVER = env.str("DNS_RESOLVER", default="")
if DNS_RESOLVER and not DNS_RESOLVER.rpartition(":")[2].isdecimal():
    raise ImproperlyConfigured("DNS_RESOLVER is an address and a port, such as 192.0.2.53:53.")
# The name that a municipality's SPF record must include, so that our mail server may send for it.
SPF_INCLUDE = env.str("SPF_INCLUDE", default="").strip().rstrip(".")

# --- Alarms --------------------------------------------------------------------------------------
# Where new alarms are posted as JSON, for a chat room or whatever wakes somebody up; empty: nowhere.
ALARM_WEBHOOK_URL = env.str("ALARM_WEBHOOK_URL", default="")
if ALARM_WEBHOOK_URL and urlsplit(ALARM_WEBHOOK_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured("ALARM_WEBHOOK_URL is not an address that begins with https://.")

# --- Delivery -------------------------------------------------------------------------------------
# How long a dead worker holds rows: claimed ones go back, mails being sent become "unclear".
# The first must be longer than a batch and its slowest chunk take (45 + 90 + 120 s), or another
# worker takes what is only waiting; the second longer than any chunk (LINE: 60 + 215 s).
CLAIM_LEASE_SECONDS = env.int("CLAIM_LEASE_SECONDS", default=300)
SEND_LEASE_SECONDS = env.int("SEND_LEASE_SECONDS", default=300)
# Every worker looks into PostgreSQL this often by itself, whatever Redis does.
TICK_SECONDS = env.int("TICK_SECONDS", default=30)
# Where every hand-over is also written, on another disk than the database's; empty: nowhere.
SEND_LOG_DIR = env.str("SEND_LOG_DIR", default="")

# --- Apps ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "kizuna.apps.KizunaConfig",
    "municipalities.apps.MunicipalitiesConfig",
    "messages.apps.MessagesConfig",
    "delivery.apps.DeliveryConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kizuna.middleware.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Everything is private unless it says otherwise; a test lists what says otherwise.
    "kizuna.login.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kizuna.middleware.IdleMiddleware",
]
ROOT_URLCONF = "kizuna.urls"
WSGI_APPLICATION = "kizuna.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Staff accounts ------------------------------------------------------------------------------
AUTH_USER_MODEL = "municipalities.StaffUser"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "municipalities.accounts.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Staff are invited by a manager who knows the address; there is no open sign-up to verify.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A stranger who asks for a reset learns nothing and gets no mail.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# The count of a proxy's own entries in X-Forwarded-For; without it one city hall shares a bucket.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Approvers and managers need a second step. Only a public installation asks for it by itself: the
# demo and a developer's own machine have no telephone at hand.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=HTTPS and not DEBUG)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_ADAPTER = "municipalities.accounts.StaffMFAAdapter"
MFA_TOTP_ISSUER = "Kizuna"
# Whoever has the account was invited to its address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"

# --- Browser -------------------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 8 * 3600
# Who does nothing so long is logged out: a counter at a city hall is left for a visitor.
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=1800)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-kizuna" if HTTPS else "kizuna"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# The load balancer asks for health over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
# Nothing leaves for other sites. "no-referrer" would make browsers post with "Origin: null",
# which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "kizuna" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Logs ----------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = None
logging_config(LOG_LEVEL)
