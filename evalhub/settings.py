"""Settings of evalhub, all read from the environment; the README lists the variables."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from evalhub.environment import read_flag, read_int, read_list, read_secret

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("EVALHUB_DATA_DIR", BASE_DIR / "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

HTTPS = read_flag("EVALHUB_HTTPS", default=True)
DEBUG = read_flag("EVALHUB_DEBUG", default=False)
if DEBUG and HTTPS:
    raise ImproperlyConfigured(
        "EVALHUB_DEBUG shows source code and settings to visitors. Turn it off, "
        "or set EVALHUB_HTTPS=0 on a developer's own machine."
    )
SECRET_KEY = read_secret("EVALHUB_SECRET_KEY")
ALLOWED_HOSTS = read_list("EVALHUB_ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and not host.startswith((".", "*"))
]

INSTALLED_APPS = [
    "reviews",
    "tasks",
    "rubrics",
    "evalhub",
    "evalhub.apps.EvalhubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "crispy_forms",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "evalhub.middleware.request_id",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "evalhub.urls"
WSGI_APPLICATION = "evalhub.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
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
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
CRISPY_ALLOWED_TEMPLATE_PACKS = "evalhub"
CRISPY_TEMPLATE_PACK = "evalhub"

# ---------------------------------------------------------------- database
DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'evalhub.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, so that all web processes count the same requests and see the same used codes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "evalhub_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Parts of pages that are the same for everybody for ever: each process keeps its own.
    "drawn": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "evalhub.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tasks.accounts.ReleasingAdapter"
ACCOUNT_FORMS = {
    "login": "evalhub.accounts.LoginForm",
    "reauthenticate": "evalhub.accounts.ReauthenticateForm",
    "change_password": "evalhub.accounts.ChangePasswordForm",
    "reset_password": "evalhub.accounts.ResetPasswordForm",
    "reset_password_from_key": "evalhub.accounts.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Failed sign-ins are counted by axes in the database, which all web processes share.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False}
MFA_FORMS = {
    "authenticate": "evalhub.accounts.AuthenticateForm",
    "reauthenticate": "evalhub.accounts.CodeAgainForm",
    "activate_totp": "evalhub.accounts.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "evalhub"
ADMIN_REQUIRES_SECOND_FACTOR = read_flag("EVALHUB_ADMIN_SECOND_FACTOR", default=True)
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "evalhub.accounts.attempted_account"
AXES_CLIENT_IP_CALLABLE = "evalhub.accounts.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "evalhub.views.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
ALLAUTH_TRUSTED_PROXY_COUNT = read_int("EVALHUB_PROXY_COUNT", default=0)

# ---------------------------------------------------------------- browser security
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "evalhub.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ---------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("EVALHUB_STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
INCOMING_ROOT = DATA_DIR / "incoming"
EXPORT_ROOT = DATA_DIR / "exports"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "evalhub.static_storage.ModuleManifestStorage"},
}
# Where nginx serves DATA_DIR internally; empty: Django sends the files itself.
MEDIA_ACCEL_PREFIX = os.environ.get("EVALHUB_MEDIA_ACCEL_PREFIX", "")
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
UPLOAD_MAX_FILES = 1000
# One more than the import page takes, so that it is the page that says so, in words.
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_MAX_FILES + 1
# The editor of a rubric sends every level of every criterion at once.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = read_int("EVALHUB_UPLOAD_MAX_MB", default=2048) * 1024 * 1024

# ---------------------------------------------------------------- language and time
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# ---------------------------------------------------------------- mail
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("EVALHUB_EMAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = os.environ.get("EVALHUB_EMAIL_HOST", "localhost")
EMAIL_PORT = read_int("EVALHUB_EMAIL_PORT", default=587)
EMAIL_HOST_USER = os.environ.get("EVALHUB_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EVALHUB_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = read_flag("EVALHUB_EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("EVALHUB_EMAIL_FROM", "evalhub@localhost")

# ---------------------------------------------------------------- jobs
CELERY_BROKER_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A publish from a web request gives up after a second; the worker, which waits for
# messages, widens the socket timeout in evalhub.celery. The visibility timeout is over
# twice the longest hard limit, so no running job is handed out a second time.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2400,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULE = {
    "beat every minute": {"task": "evalhub.jobs.beat", "schedule": 60.0},
    # Often enough that all is caught up with a minute after a broker's return.
    "send waiting renditions and imports again": {"task": "tasks.jobs.sweep", "schedule": 30.0},
    "send waiting agreement and exports again": {"task": "reviews.jobs.sweep", "schedule": 30.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

# ---------------------------------------------------------------- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "evalhub.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("EVALHUB_LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}},
}
