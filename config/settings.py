"""Settings of every environment; what differs between them comes from environment variables.

docs/configuration.md lists the variables. Without DATABASE_URL the scripts in bin/ start a
private PostgreSQL cluster under var/ and set it for us.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environs
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.spatial_libraries import spatial_library_paths


def read_if_there(path: Path) -> str:
    """The text of a small secret file without its line end; "" if there is none to read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, PermissionError):
        return ""


BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environs.Env()

DEBUG = env.bool("DEBUG", False)
# bin/ scripts make var/secret_key (random, 0600); without either, Django refuses to start.
SECRET_KEY = env.str("SECRET_KEY", "") or read_if_there(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

# --- Where we are reached ---------------------------------------------------------------------
# HOST and PORT are where bin/run listens; SITE_URL is how people write the address, in mails too.
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
SITE_URL = env.str("SITE_URL", f"http://{HOST}:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# bin/run fills an empty database with invented institutions in real districts, never in public.
SAMPLE_CITY = env.bool("SAMPLE_CITY", True)
SAMPLE_ACCOUNTS = VAR_DIR / "sample_accounts.txt"  # their passwords, for whoever runs bin/run
HTTPS = SITE_URL.startswith("https://")

# Wheels carry a newer GDAL and GEOS than Debian 12; fall back to the system's where absent.
for _name, _path in spatial_library_paths().items():
    globals()[_name] = _path

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the e-mail is unique without regard to case: constraint person_email_unique
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "config.static_files.StaticFiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.contrib.humanize",
    "config.apps.OfficeAdminConfig",
    "leaflet",
    "django_htmx",
    "csp",
    "pghistory",
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "records",
    "maps",
    "organisations",
    "resources",
    "premises",
    "civic_centres",
    "config.apps.ZasobyConfig",
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
    "organisations.accounts.language.LanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "records.history.HistoryMiddleware",
    "config.views.errors.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "config.context_processors.site",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", "postgis://app@/app"),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
# Parallel plans cost more than they bring on the short queries of a web page (docs/performance.md).
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c max_parallel_workers_per_gather=0 -c jit=off"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "full_name"]}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# --- Accounts: django-allauth -------------------------------------------------------------------
ACCOUNT_ADAPTER = "organisations.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "organisations.accounts.forms.SignUpForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_CHANGE_EMAIL = True  # a new address replaces the old one once it is confirmed
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
# A pending sign-in waits this long for its e-mail to be confirmed and then still goes where it
# was meant to.
ACCOUNT_LOGIN_TIMEOUT = 60 * 60 * 24
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "signup": "20/h/ip",
    # Guessing from one address is django-axes' business; this is the brake on many addresses.
    "login_failed": "100/h/key",
}
MFA_ADAPTER = "organisations.accounts.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- Accounts: lock-out after repeated failures (django-axes) -------------------------------------
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# An account from an address: so nobody can lock somebody else out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "organisations.accounts.lockout.username_of"
AXES_LOCKOUT_CALLABLE = "organisations.accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is nobody's business afterwards
AXES_VERBOSE = False

LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale", BASE_DIR / "config" / "locale_libraries"]
TIME_ZONE = "Europe/Warsaw"
USE_I18N = True
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
# Uploads are private: never below a URL of their own, handed out by views that ask who is there.
MEDIA_ROOT = VAR_DIR / "files"
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Names carry a hash of the content, so browsers keep them for ever and never see a stale one.
    "staticfiles": {
        "BACKEND": "config.static_files.HashedStaticFiles",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("jpg", "jpeg", "png", "gif", "webp", "woff", "woff2", "gz", "br", "map"),
]

# --- Sessions, cache, headers -------------------------------------------------------------------
SITE_ID = 1
SESSION_COOKIE_HTTPONLY = True
# Cookies know no ports: two checkouts side by side must not sign each other out.
SESSION_COOKIE_NAME = f"zasoby_{PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
# Behind a proxy that ends TLS and always sets this header itself.
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_IPWARE_PROXY_COUNT = 1

# In the database, because rate limits must hold over all workers together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# The base layer of the map, none by default: our own layers draw a readable one. TILE_URL is a
# template like https://tiles.example/{z}/{x}/{y}.png; its host belongs into TILE_HOSTS.
TILE_URL = env.str("TILE_URL", "")
LEAFLET_CONFIG = {
    "TILES": (
        [("base", TILE_URL, {"attribution": env.str("TILE_ATTRIBUTION", "")})] if TILE_URL else []
    ),
    "DEFAULT_CENTER": (50.0617, 19.9873),
    "DEFAULT_ZOOM": 12,
    "MIN_ZOOM": 10,
    "MAX_ZOOM": 19,
    "RESET_VIEW": False,
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        # Leaflet positions markers and tiles through element.style, which style-src does not
        # govern; data: is for the pictures inside its CSS.
        "img-src": [SELF, "data:", *env.list("TILE_HOSTS", [])],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

# --- Mail and background jobs -------------------------------------------------------------------
# Whatever sends a mail writes it to records.OutgoingMail in its own transaction; the worker
# delivers from there: to files under MAIL_DIR, or by SMTP where EMAIL_HOST names a server.
EMAIL_BACKEND = "records.mail.OutboxBackend"
MAIL_DIR = env.path("MAIL_DIR", VAR_DIR / "mail")
MAIL_DOMAIN = env.str("MAIL_DOMAIN", urlsplit(SITE_URL).hostname)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", f"Zasoby <zasoby@{MAIL_DOMAIN}>")
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Limits -------------------------------------------------------------------------------------
# For each signed-in person, else for each address: hits/window (records/limits.py).
RATE_LIMITS = {
    "search": env.str("LIMIT_SEARCH", "240/m"),
    "api": env.str("LIMIT_API", "600/m"),
    "sign_up": env.str("LIMIT_SIGN_UP", "20/h"),
    "tokens": env.str("LIMIT_TOKENS", "20/h"),
    "reports": env.str("LIMIT_REPORTS", "20/h"),
    "requests": env.str("LIMIT_REQUESTS", "120/h"),
}

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organisations.api_authentication.KeyAuthentication",  # first: it says 401 and how
        "rest_framework.authentication.SessionAuthentication",
    ],
    # Objects and lists ask resources.permissions and scopes; here only methods that nobody opened.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_THROTTLE_CLASSES": ["records.api.Limits"],
    "EXCEPTION_HANDLER": "records.api.problem_response",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,  # "format" is no parameter: the Accept header says it
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zasoby",
    "DESCRIPTION": "Municipal space of Kraków: search, booking, open data.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SORT_OPERATION_PARAMETERS": False,  # place, time, attributes: an order that can be read
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "records.api.describe_problems",
    ],
}

# --- Log ----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING").upper()},
    # Instead of Django's own, which mails admins.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # a page that is not there is no event
        "gunicorn.http.wsgi": {"level": "ERROR"},  # nor is a HEAD, whose body it cuts off
    },
}
