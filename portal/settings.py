"""Everything that differs between one installation and another, read from the environment (12-factor)."""

from pathlib import Path
from typing import Any

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.between_floors import *  # noqa: F403
from portal.periods import APPEAL_DAYS, INDEPENDENCE_YEARS, INVITATION_DAYS  # noqa: F401
from portal.production import refuse_unsafe_production
from portal.schedule import CELERY_BEAT_SCHEDULE as CELERY_BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# --- What kind of installation this is -------------------------------------------------------------------------------
DEBUG = env.bool("DJANGO_DEBUG", default=False)
PRODUCTION = env.bool("PORTAL_PRODUCTION", default=False)
DEMO = env.bool("PORTAL_DEMO", default=False)
DEMO_DOMAIN = "demo.example"  # of the demo accounts' addresses
PORTAL_HOME = Path(env("PORTAL_HOME", default=str(BASE_DIR / ".local")))
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if PRODUCTION:
    refuse_unsafe_production(env=env, secret_key=SECRET_KEY, debug=DEBUG, demo=DEMO)
elif not SECRET_KEY:
    SECRET_KEY = "only-for-commands-on-a-developers-machine-not-for-a-server"  # noqa: S105

# --- What it is made of ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
    "pgtrigger",
    "pghistory",
    "portal",
    "reports",
    "assessments",
    "feedback",
    "files",
    "departments",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.refuse_null_characters",
    "portal.middleware.refuse_oversized_requests",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.RequireSignIn",
    "portal.middleware.record_who_changes",
    "portal.middleware.give_up_sent_drafts",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.nhsuk", "crispy_forms.templatetags.crispy_forms_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.who_and_where",
            ],
        },
    }
]

CRISPY_ALLOWED_TEMPLATE_PACKS = ("nhsuk",)
CRISPY_TEMPLATE_PACK = "nhsuk"

# --- Where rows and bytes live ---------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres:///portal", engine="django.db.backends.postgresql"),
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
# Pages ask small questions: compiling one to machine code takes longer than answering it.
DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "options": "-c jit=off"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "departments.storage.PostgresStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# A second home for the bytes of evidence: a bucket in an S3-compatible store. Without one everything is in PostgreSQL.
EVIDENCE_STORAGE = env("EVIDENCE_STORAGE", default="")  # "objects": what is checked moves there
if env("S3_BUCKET", default=""):
    STORAGES["objects"] = {
        "BACKEND": "departments.objects.ObjectStorage",
        "OPTIONS": {
            "bucket_name": env("S3_BUCKET"),
            "endpoint_url": env("S3_ENDPOINT", default="") or None,
            "region_name": env("S3_REGION", default="") or None,
            "access_key": env("S3_ACCESS_KEY", default="") or None,
            "secret_key": env("S3_SECRET_KEY", default="") or None,
        },
    }
if EVIDENCE_STORAGE and (EVIDENCE_STORAGE != "objects" or "objects" not in STORAGES):
    raise ImproperlyConfigured("EVIDENCE_STORAGE is empty or “objects”, and objects need S3_BUCKET.")
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(PORTAL_HOME / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False

EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=500 * 1024 * 1024)
FEEDBACK_MAX_BYTES = env.int("FEEDBACK_MAX_BYTES", default=50 * 1024 * 1024)  # of a file of figures
EVIDENCE_QUOTA_BYTES = env.int("EVIDENCE_QUOTA_BYTES", default=50 * 1024**3)  # of a trust without one of its own
# How long a file that stopped half way is kept for its sender to go on.
EVIDENCE_UPLOAD_HOURS = env.int("EVIDENCE_UPLOAD_HOURS", default=24)
# clamd's address, tcp://host:3310 or unix:///path; empty where there is no scanner.
CLAMD_URL = env("CLAMD_URL", default="")
# A file that no scanner has seen is kept from everybody, unless this installation says otherwise.
EVIDENCE_MUST_BE_SCANNED = env.bool("EVIDENCE_MUST_BE_SCANNED", default=PRODUCTION or bool(CLAMD_URL))
EVIDENCE_FILE_TYPES = env.list(
    "EVIDENCE_FILE_TYPES",
    default=[
        *["pdf", "docx", "xlsx", "xlsm", "pptx", "odt", "ods", "odp", "csv", "txt", "md", "eml", "msg", "rtf"],
        *["png", "jpg", "jpeg", "gif", "webp", "heic", "mp3", "m4a", "mp4", "mov"],
    ],
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a year's evidence carried forward is a tick for each element of each piece
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- Jobs ------------------------------------------------------------------------------------------------------------
# Rows are the truth about a job; Redis only carries its id, so results are not kept there.
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "retry_on_timeout": False,
    "global_keyprefix": env("REDIS_PREFIX", default=""),
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
WORKER_HEARTBEAT_MAX_SECONDS = 45

# --- Who may come in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "departments.User"
AUTHENTICATION_BACKENDS = ["departments.sign_in.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "departments.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    # By account, and generously by address: a whole hospital comes from one.
    "login": "300/m/ip",
    "login_failed": "10/5m/key,300/5m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "change_password": "5/m/user",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = env("SESSION_COOKIE_NAME", default="sessionid")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "KEY_PREFIX": env("REDIS_PREFIX", default="cache"),
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# --- What a browser may do -------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ["camera", "display-capture", "geolocation", "microphone", "payment", "usb", "midi"]
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failed"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- E-mail ----------------------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="filemail:///"))
if not env("EMAIL_URL", default=""):
    EMAIL_FILE_PATH = str(PORTAL_HOME / "outbox")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Customer Service Excellence portal <portal@localhost>")

# --- Words, days and hours -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- History ---------------------------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True

# --- Logs: one line an event, to standard error ---------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"not_ready_yet": {"()": "portal.logs.NotReadyYet"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["not_ready_yet"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
