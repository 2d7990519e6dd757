"""Django's settings. What an installation may change comes from `rse.environment`."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from rse import environment as env

BASE_DIR = env.BASE_DIR
DATA_DIR = env.folder("DATA_DIR")

DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or ("demonstration-" * 4 if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing: give one, or set DEMO=1 for a demonstration.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# --- The service

SERVICE_NAME = env.text("SERVICE_NAME")
SERVICE_TAGLINE = env.text("SERVICE_TAGLINE")
STATE_BRAND = env.flag("STATE_BRAND")
CONTACT_EMAIL = env.text("CONTACT_EMAIL")
DPO_EMAIL = env.text("DPO_EMAIL")
BASE_URL = env.text("BASE_URL").rstrip("/")
TRASH_DAYS = env.number("TRASH_DAYS")
INVITATION_DAYS = env.number("INVITATION_DAYS")

# --- Apps

INSTALLED_APPS = [
    "rse",
    "feed",
    "communities",
    "notifications",
    "accounts",
    "core",
    "core.admin_config.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prose_editor",
    "dsfr",
    "guardian",
    "taggit",
    "treebeard",
    "widget_tweaks",
]

MIDDLEWARE = [
    "core.middleware.request_id",
    "core.middleware.compress_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.security_headers",
    "core.middleware.upload_limit",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # After it, which has read what was posted already.
    "core.middleware.no_null_bytes",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.preferences",
    "core.middleware.read_rights_once",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.htmx_sign_in",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.administrators_need_mfa",
]

ROOT_URLCONF = "rse.urls"
WSGI_APPLICATION = "rse.wsgi.application"
ASGI_APPLICATION = "rse.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "rse.pages.shell.shell",
            ],
        },
    },
]

# --- Data

if env.text("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL"), conn_max_age=60, conn_health_checks=True)}
else:
    # Django's own defaults lose concurrent updates on SQLite and raise "database is locked".
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA_DIR / "rse.sqlite3"),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A request never touches Redis: sessions and rate limits live in the database, shared by every process.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

REDIS_URL = env.text("REDIS_URL") or f"unix://{DATA_DIR / 'redis.sock'}"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # A Redis that accepts and never answers would otherwise hold whoever asks for ever.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 2, "socket_connect_timeout": 2}]},
    },
}
# Seconds during which a worker may be silent about an event that it took, before another takes it.
OUTBOX_HOLD = 60

# --- Background work

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "visibility_timeout": 3600}
# A worker that lost Redis comes back by itself, however long that takes.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE = {
    # What a lost wake-up left behind is found again within this time.
    "deliver_outbox": {"task": "core.tasks.deliver_outbox", "schedule": 10.0, "options": {"expires": 9}},
    "send_mails": {"task": "core.tasks.send_mails", "schedule": 30.0, "options": {"expires": 29}},
    "purge": {"task": "core.tasks.purge", "schedule": 24 * 3600.0},
    "purge_texts": {"task": "feed.tasks.purge_texts", "schedule": 24 * 3600.0},
    "prepare_reports": {"task": "communities.tasks.prepare_reports", "schedule": 24 * 3600.0},
    "chase_reports": {"task": "communities.tasks.chase_reports", "schedule": 24 * 3600.0},
    "follow_lives": {"task": "communities.tasks.follow_lives", "schedule": 24 * 3600.0},
    "find_successors": {"task": "communities.tasks.find_successors", "schedule": 24 * 3600.0},
    "remind_roadmaps": {"task": "communities.tasks.remind_roadmaps", "schedule": 24 * 3600.0},
    # Rights end by themselves at the minute; open pages and counts follow within this time.
    "end_memberships": {"task": "communities.tasks.end_memberships", "schedule": 60.0, "options": {"expires": 59}},
    "warn_of_endings": {"task": "communities.tasks.warn_of_endings", "schedule": 24 * 3600.0},
    "purge_notifications": {"task": "notifications.tasks.purge", "schedule": 24 * 3600.0},
}

# --- Mail

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT")
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]

# --- People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.SignInBackend",
    "core.backends.PolicyBackend",
    "core.backends.ObjectGrantBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"

# django-guardian would otherwise create a person "AnonymousUser" that shows up in directories and counts.
ANONYMOUS_USER_NAME = None
# Ours answers for it: see core.backends.ObjectGrantBackend.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Does the same for every address, and writes to strangers none: whoever types them in cannot make us write to them.
ACCOUNT_FORMS = {"reset_password": "accounts.forms.SignInLinkForm"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
# A ministry signs in from one address: the limit an address is high, the one an account is not.
ACCOUNT_RATE_LIMITS = {
    "login": "3000/m/ip",
    "login_failed": "600/m/ip,5/5m/key",
    "reset_password": "300/m/ip,5/m/key",
    "reset_password_from_key": "300/m/ip",
    "change_password": "20/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT")
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_REQUIRED_OF_ADMINISTRATORS = not DEMO
USERSESSIONS_TRACK_ACTIVITY = False

TAGGIT_CASE_INSENSITIVE = True

# --- Language and time

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "rse.staticfiles.SheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "rse.staticfiles.AppFinder",
]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEMO else "rse.staticfiles.Storage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
IMAGE_BYTES_MAX = 10 * 1024 * 1024
IMAGE_PIXELS_MAX = 50_000_000
# No request is larger: a picture and the form around it.
BODY_BYTES_MAX = IMAGE_BYTES_MAX + 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024

# --- Safety

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "rse.pages.views.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
IS_HTTPS = urlsplit(BASE_URL).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
if env.number("TRUSTED_PROXY_COUNT"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Logs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logging.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.channels": {"level": "WARNING"},
    },
}
