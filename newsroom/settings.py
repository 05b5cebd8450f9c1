"""All settings, read from the environment; a missing or bad value stops the start with a sentence."""

import logging
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import available_timezones

import environs
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environs.Env()


def required(name: str, purpose: str) -> str:
    """The variable's value; without one the start stops and says what it is for."""
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set. It holds {purpose}. See docs/settings.md;"
            " to try the newsroom out, run `manage.py demo`."
        )
    return value


def require(fits: object, sentence: str) -> None:
    """Unless it fits, the start stops and says why."""
    if not fits:
        raise ImproperlyConfigured(sentence)


# --- The site ---------------------------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", "The Harbour Courier")
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
require(
    re.fullmatch(r"https?://[^/\s]+", SITE_URL),
    f"SITE_URL is {SITE_URL!r}. It must be the site's public address, like https://news.example.org.",
)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "mailto:security@example.org")

# --- Secrets ----------------------------------------------------------------------------------------------
SECRET_KEY = required("SECRET_KEY", "the key that signs sessions and mailed links")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Kept outside the database, so that whoever can write to it cannot forge a seal over the decisions.
SEAL_KEY = required("SEAL_KEY", "the key that seals the chain of decisions and hides addresses in logs")

# --- Debugging and hosts ----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

# --- Applications -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "newsroom.apps.NewsroomConfig",
    "newsroom.accounts.apps.AccountsConfig",
    "newsroom.withholding.apps.WithholdingConfig",
    "articles.apps.ArticlesConfig",
    "comments.apps.CommentsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "newsroom.middleware.strict_headers",
    "newsroom.middleware.request_id",
    "newsroom.middleware.client_address",
    "django.middleware.security.SecurityMiddleware",
    "newsroom.middleware.private_unless_said",
    "newsroom.middleware.DatabaseAway",
    "newsroom.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "newsroom.accounts.second_factor.required_of_staff",
]
ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "newsroom.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database ---------------------------------------------------------------------------------------------
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'newsroom.sqlite3'}", conn_max_age=0)
}
_database = DATABASES["default"]
_connections = env.int("DATABASE_POOL", 4)
require(_connections > 0, f"DATABASE_POOL is {_connections}. A process needs one connection at least.")
# The pool replaces persistent connections (CONN_MAX_AGE must be 0 beside it).
_pool = {
    "min_size": 1,
    "max_size": _connections,
    "timeout": 5,  # seconds to wait for a connection: who asks whether the database is there waits as long
    # Seconds for which a lost connection is tried again ever more rarely; then whoever needs one begins anew.
    "reconnect_timeout": 2,
}
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at the start of a transaction: two writers queue up instead of failing.
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database.setdefault("OPTIONS", {})["pool"] = _pool
else:
    raise ImproperlyConfigured("DATABASE_URL must name a sqlite:/// or postgres:// database.")
if env.str("REPLICA_URL", ""):
    _replica = env.dj_db_url("REPLICA_URL", conn_max_age=0)
    require(
        {_database["ENGINE"], _replica["ENGINE"]} == {"django.db.backends.postgresql"},
        "REPLICA_URL must name a postgres:// database that follows the one in DATABASE_URL.",
    )
    # Public pages can be had from the primary, so nobody waits long here; and nothing is ever written here, not even
    # once the replica is a primary itself.
    _replica["OPTIONS"] = {
        "connect_timeout": 2,
        "options": "-c default_transaction_read_only=on -c statement_timeout=3000",
        **_replica.get("OPTIONS", {}),
        "pool": {**_pool, "timeout": 0.5},
    }
    _replica["TEST"] = {"MIRROR": "default"}
    DATABASES["replica"] = _replica
    DATABASE_ROUTERS = ["newsroom.replica.Router"]

# --- Cache, jobs, mail ------------------------------------------------------------------------------------
# What is counted (throttles) and what is kept of pages have a place each: however many pages are read, no count goes.
CACHES = {name: env.dj_cache_url("CACHE_URL", "locmem://newsroom") for name in ("default", "pages")}
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    require(
        find_spec("redis"),
        "CACHE_URL names Redis, which needs a package more: pip install 'newsroom[redis]'.",
    )
    for _cache in CACHES.values():
        _cache["BACKEND"] = "newsroom.cache.SharedCache"
    CACHES["pages"]["KEY_PREFIX"] = "pages"
elif CACHES["default"]["BACKEND"].endswith((".LocMemCache", ".DatabaseCache")):
    CACHES["pages"]["LOCATION"] += "_pages"
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 100_000, **CACHES["default"].get("OPTIONS", {})}
if CACHES["default"]["BACKEND"].endswith(".DatabaseCache"):
    CACHES["default"]["BACKEND"] = "newsroom.database_cache.CountingCache"
    CACHES["pages"]["OPTIONS"] = {"MAX_ENTRIES": 5_000, **CACHES["pages"].get("OPTIONS", {})}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
require(
    "://" in env.str("EMAIL_URL", "console://"),
    "EMAIL_URL names no way to send mail. It begins like smtp://, file:// or console://.",
)
vars().update(env.dj_email_url("EMAIL_URL", "console://"))
# A mail server that says nothing would keep the worker for ever.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 30)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "The Harbour Courier <desk@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Accounts ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# One alone: each would check a password once more, and take as long again.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/accounts/profile/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Whoever changes a password or a second factor proves anew who they are; a code in a mailbox is not enough.
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "newsroom.accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "newsroom.accounts.adapter.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
# Counted in the shared cache: "ip" is one client (newsroom.networks.address_key), "key" one account.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
}
# A code of the half minute before or after counts too: telephones run fast or slow, and people type slowly.
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://")  # for trying it out on localhost
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", False)

# --- Language and time ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fa", _("Persian"))]
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "Europe/Berlin")
require(TIME_ZONE in available_timezones(), f"TIME_ZONE is {TIME_ZONE!r}. No time zone is called that.")
USE_I18N = True
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
MEDIA_URL = env.str("MEDIA_URL", "/media/")
require(
    re.fullmatch(r"(/|https?://[^/\s]+/)(\S*/)?", MEDIA_URL),
    f"MEDIA_URL is {MEDIA_URL!r}. It begins and ends with a slash, or is an address that ends with one.",
)
_media_scheme, _has_host, _media_host = MEDIA_URL.rstrip("/").partition("://")
# From source: for development, the demo and tests, where nobody ran collectstatic.
STATIC_FROM_SOURCE = env.bool("STATIC_FROM_SOURCE", DEBUG)
STATIC_ROOT = None if STATIC_FROM_SOURCE else VAR_DIR / "static"
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if STATIC_FROM_SOURCE
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

STORAGE_URL = env.str("STORAGE_URL", "")
if STORAGE_URL:
    _store = urlsplit(STORAGE_URL)
    _where = dict(parse_qsl(_store.query))
    require(
        _store.scheme == "s3" and _store.hostname,
        "STORAGE_URL must name a bucket, like s3://bucket/folder?endpoint=https://s3.example.org&region=eu-1.",
    )
    require(
        _store.username is None and _store.password is None,
        "STORAGE_URL holds a key. Keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    )
    require(
        not (_strange := ", ".join(sorted(set(_where) - {"endpoint", "region"}))),
        f"STORAGE_URL has {_strange} in it. It may name endpoint and region.",
    )
    require(
        _has_host,
        f"MEDIA_URL is {MEDIA_URL!r}. Beside STORAGE_URL it must be the address at which readers get the files,"
        " like https://files.example.org/.",
    )
    require(
        find_spec("storages") and find_spec("boto3"),
        "STORAGE_URL needs packages more: pip install 'newsroom[s3]'.",
    )
    STORAGES["default"] = {
        "BACKEND": "newsroom.files.SharedFiles",
        "OPTIONS": {
            "bucket_name": _store.netloc,
            "location": _store.path.strip("/"),
            "endpoint_url": _where.get("endpoint"),
            "region_name": _where.get("region"),
            "url_protocol": f"{_media_scheme}:",
            "custom_domain": _media_host,
        },
    }

# --- Security ---------------------------------------------------------------------------------------------
_media_origin = [f"{_media_scheme}://{_media_host.partition('/')[0]}"] if _has_host else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *_media_origin],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        # Where browsers that know Reporting-Endpoints (see newsroom.headers) report, and where others do.
        "report-to": "csp",
        "report-uri": "/csp-reports/",
    }
}
# In a minute, from one network, and ten times as many from all together; 0: as many as come.
CSP_REPORTS_PER_MINUTE = env.int("CSP_REPORTS_PER_MINUTE", 20)
_https = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", _https)
SECURE_SSL_HOST = SITE_URL.partition("://")[2]  # whatever host a request claims
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-sessionid" if _https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "language"  # which no view of ours sets
LANGUAGE_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # in no cookie of their own
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- Moderation -------------------------------------------------------------------------------------------
MODERATION_PROMISE_MINUTES = env.int("MODERATION_PROMISE_MINUTES", 30)
SECOND_REVIEW_PERCENT = env.float("SECOND_REVIEW_PERCENT", 2.0)
require(
    0 <= SECOND_REVIEW_PERCENT <= 100,
    f"SECOND_REVIEW_PERCENT is {SECOND_REVIEW_PERCENT:g}. A share is from 0 to 100 per cent.",
)
UNDO_SECONDS = 60
REPORT_FORMS_PER_NETWORK = env.int("REPORT_FORMS_PER_NETWORK", 30)
EU_CATEGORIES: dict[str, str] = env.dict("EU_CATEGORIES", {})
require(
    all(re.fullmatch(r"STATEMENT_CATEGORY_[A-Z_]+", category) for category in EU_CATEGORIES.values()),
    "EU_CATEGORIES names something that is no category. It looks like respect=STATEMENT_CATEGORY_CYBER_VIOLENCE.",
)
APPEAL_PROMISE_DAYS = env.int("APPEAL_PROMISE_DAYS", 7)
CONFIRMATION_MAILS_PER_HOUR = 3
# One rule broken so often in so many days: then the record proposes the next rung, which a moderator may follow.
SANCTION_BREACHES = env.int("SANCTION_BREACHES", 3)
SANCTION_WITHIN_DAYS = env.int("SANCTION_WITHIN_DAYS", 30)
SANCTION_LADDER: list[str] = env.list(
    "SANCTION_LADDER", ["warning", "pre_moderation:14", "suspension:7", "suspension:30", "ban"]
)
require(
    SANCTION_BREACHES > 0 and SANCTION_WITHIN_DAYS > 0,
    "SANCTION_BREACHES and SANCTION_WITHIN_DAYS are whole numbers from 1 on.",
)
require(
    all(
        re.fullmatch(r"warning|ban|(pre_moderation|suspension):[1-9][0-9]{0,2}", rung)
        for rung in SANCTION_LADDER
    ),
    "SANCTION_LADDER names something that is no sanction. It looks like warning,pre_moderation:14,suspension:30,ban.",
)
# What one person took down as illegal is to be confirmed by a second within that long, or the leads are told.
SECOND_LOOK_HOURS = env.int("SECOND_LOOK_HOURS", 24)
# What the form of a new case proposes; whoever opens it writes what the letter says.
CASE_DEADLINE_HOURS = env.int("CASE_DEADLINE_HOURS", 72)
# After its story was first published; 0: discussions never close by age.
COMMENTS_CLOSE_AFTER_DAYS = env.int("COMMENTS_CLOSE_AFTER_DAYS", 0)
# The breaker looks at what came under one story within so many minutes, once so many of it are unread (0: never).
BREAKER_MINUTES = env.int("BREAKER_MINUTES", 10)
BREAKER_LEAST = env.int("BREAKER_LEAST", 30)
BREAKER_TIMES_USUAL = env.int("BREAKER_TIMES_USUAL", 10)
BREAKER_NEWCOMERS_PERCENT = env.int("BREAKER_NEWCOMERS_PERCENT", 80)
BREAKER_HELD_PERCENT = env.int("BREAKER_HELD_PERCENT", 80)
BREAKER_REPORTS = env.int("BREAKER_REPORTS", 10)
BREAKER_LASTS_MINUTES = env.int("BREAKER_LASTS_MINUTES", 60)
BREAKER_DOES = env.str("BREAKER_DOES", "pre_moderated")
require(
    BREAKER_DOES in ("pre_moderated", "closed"),
    f"BREAKER_DOES is {BREAKER_DOES!r}. It is pre_moderated, or closed to pause the discussion.",
)
BREAKER_TELLS_LEADS = env.bool("BREAKER_TELLS_LEADS", False)
for _name in ("COMMENTS_CLOSE_AFTER_DAYS", "BREAKER_LEAST", "BREAKER_REPORTS"):
    require(vars()[_name] >= 0, f"{_name} is {vars()[_name]}. It is a number from 0 on.")
for _name in ("CASE_DEADLINE_HOURS", "BREAKER_MINUTES", "BREAKER_LASTS_MINUTES", "BREAKER_TIMES_USUAL"):
    require(vars()[_name] > 0, f"{_name} is {vars()[_name]}. It is a number from 1 on.")
# In ten minutes, from one network (a house, a school); 0: as many as come.
COMMENT_FORMS_PER_NETWORK = env.int("COMMENT_FORMS_PER_NETWORK", 120)

# --- Logging ----------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}},
    "filters": {"request_id": {"()": "newsroom.middleware.WithRequestId"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}
    },
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
}
