"""One file; the environment decides, and the defaults are right for development."""

from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env(
    "SECRET_KEY", default="for development only: a real installation sets SECRET_KEY in its environment"
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The origin of the logs: `<host>/<ocid>` for a tender, `<host>` for the installation (decision 13).
LOG_HOST = env("LOG_HOST", default="convoca.example")
LOG_KEY = Path(env("LOG_KEY", default=str(DATA_DIR / "log.key")))  # `manage.py make_log_key`
TSA_URL = env("TSA_URL", default="")  # a time-stamping authority (RFC 3161) over the closing heads, if any
TSA_ROOTS = Path(env("TSA_ROOTS", default=str(DATA_DIR / "tsa.pem")))  # the certificates that it goes back to
ADDRESS = env("ADDRESS", default=f"https://{LOG_HOST}")  # where its pages are, as papers print it
WATCHED = env("WATCHED", default="")  # the address of /healthz, which the background asks for its pulse
EMAIL_URL = env("EMAIL_URL", default="")  # smtp+tls://user:password@host:587; empty: nothing is sent
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10  # seconds that a mail server may be silent
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default=f"Convoca <avisos@{LOG_HOST}>")
OCID_PREFIX = env("OCID_PREFIX", default="ocds-000000")

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "convoca.sqlite3",
    "TEST": {"NAME": DATA_DIR / "test.sqlite3"},  # a file, because threads share no memory database
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",  # the lock that select_for_update takes on PostgreSQL
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA recursive_triggers=ON",  # so that REPLACE fires the triggers on DELETE
    },
}
DATABASES = {"default": env.db("DATABASE_URL") if env("DATABASE_URL", default="") else SQLITE}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # written with what asks for it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database, so that the limits on sign-in attempts hold for every process.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "procurement" / "locale"]  # the templates and the other apps too
FORMAT_MODULE_PATH = ["procurement.formats"]
TIME_ZONE = "America/Lima"
USE_TZ = True

AUTH_USER_MODEL = "procurement.User"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "procurement",
    "guarantees",
    "bids",
    "contracts",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "procurement.urls"
ASGI_APPLICATION = "procurement.asgi.application"
TEMPLATES = [
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
            ]
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "work"
ANONYMOUS_USER_NAME = None  # guardian's anonymous account: nobody acts anonymously

# An account is a DNI; nobody signs up by themselves, and e-mail is optional (decision 3).
ACCOUNT_USER_MODEL_USERNAME_FIELD = "dni"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "procurement.accounts.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_RATE_LIMITS = {"buy_terms": "30/h/ip", "ask_in_public": "30/h/ip"}  # what needs no account
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = DATA_DIR / "files"
LIVE_ROOT = DATA_DIR / "live"  # pages of acts of opening, which a proxy may serve by itself
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SEALING_ORIGIN = env("SEALING_ORIGIN", default="")  # another body's host that serves the sealing program
BIDDER_QUOTA = env.int("BIDDER_QUOTA", default=256_000_000)  # bytes of the envelopes of one bid
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG  # also in tests, which collect no files

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.bool("HTTPS", default=not DEBUG)
if SECURE_SSL_REDIRECT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# The demonstration says on every page that its dates are moved and that its rivals are assumed (decision 30).
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
SENDS_MAIL = bool(EMAIL_URL) and not DEMONSTRATION  # the people of a demonstration are invented

# Where the pages of a rehearsal lie, in the process that is one (ADR 0007): it has a data folder of its own,
# opens no other database, sends nothing, and nothing that it logs can be taken for the real call.
REHEARSAL = env("REHEARSAL", default="")
if REHEARSAL:
    DATABASES = {"default": SQLITE}
    DEMONSTRATION = SENDS_MAIL = False
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    LOG_HOST = f"simulacro.{LOG_HOST}"
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "rehearsal-session", "rehearsal-csrf"
    SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{REHEARSAL}/"
    LOGIN_URL = "rehearsal-room"
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # its cookie is passed on

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
