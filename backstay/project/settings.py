"""Settings. What an operator may change comes from the environment; see docs/operate/settings.md."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from backstay.core import postgres
from backstay.project.mail import mail_settings

django_stubs_ext.monkeypatch()  # annotations may name Django's generic classes

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "backstay"
CHECKOUT = (ROOT / "pyproject.toml").exists()
VAR = Path(os.environ.get("BACKSTAY_VAR") or (ROOT if CHECKOUT else Path.cwd()) / "var").resolve()


def _flag(name: str) -> bool:
    """True for "1", False for "0" or nothing; anything else is refused."""
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be 0 or 1")
    return value == "1"


def _seconds(name: str, default: int) -> int:
    """A whole number of seconds above 0."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or int(value) == 0:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number of seconds above 0")
    return int(value)


def _from_file(name: str) -> str:
    """The first line of the file that this variable names, or nothing."""
    named = os.environ.get(name)
    if not named:
        return ""
    try:
        return Path(named).read_text().split("\n", 1)[0].strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} names {named}, which cannot be read: {error.strerror}") from None


def _secret_key() -> str:
    """From the file SECRET_KEY_FILE names, else from one made once under var."""
    named = os.environ.get("SECRET_KEY_FILE")
    path = Path(named) if named else VAR / "secret_key"
    if not path.exists():
        if named:
            raise ImproperlyConfigured(f"SECRET_KEY_FILE names {named}, which does not exist")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked, so that no other process ever reads half of it.
        made = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(made, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        os.write(handle, secrets.token_urlsafe(50).encode())
        os.close(handle)
        with contextlib.suppress(FileExistsError):  # another process may have been first
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()


DEBUG = _flag("BACKSTAY_DEBUG")
SECRET_KEY = _secret_key()
HOSTS = [host for host in os.environ.get("BACKSTAY_HOSTS", "").split(",") if host]
ALLOWED_HOSTS = [*HOSTS, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]
HTTPS = bool(HOSTS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600

DATABASES: dict[str, dict[str, Any]] = postgres.connection_settings(VAR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "backstay.core",
    "backstay.ui",
    "backstay.accounts",
    "backstay.products",
    "backstay.assets",
    "backstay.calendars",
    "backstay.plans",
    "backstay.sla",
    "backstay.entitlements",
    "backstay.conversations",
    "backstay.oncall",
    "backstay.cases",
    "backstay.routing",
    "backstay.escalation",
    "backstay.flows",
    "backstay.console",
    "backstay.portal",
    "backstay.api",
    "backstay.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "backstay.project.middleware.Problems",
    "backstay.project.middleware.ServingContext",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backstay.project.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "backstay.project.middleware.ViewerContext",
]

ROOT_URLCONF = "backstay.project.urls"
ASGI_APPLICATION = "backstay.project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "backstay.project.live_access.heard",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "backstay.ui.templatetags.kit",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "backstay.accounts.adapter.InvitedPeopleOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Backstay"
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = 10  # seconds
_mail = mail_settings(os.environ.get("EMAIL_URL", ""), os.environ.get("EMAIL_FROM", ""))
EMAIL_BACKEND, DEFAULT_FROM_EMAIL = _mail.backend, _mail.sender
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "submission"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ro", _("Romanian"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["backstay.ui.formats"]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if CHECKOUT else 24 * 3600

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

FILES_ROOT = Path(os.environ.get("BACKSTAY_FILES") or VAR / "files")
ATTACHMENT_MAX_BYTES = 1024**3
ATTACHMENTS_PER_MESSAGE = 20
ATTACHMENT_SCANNER = os.environ.get(
    "BACKSTAY_SCANNER", ""
)  # "clamd:HOST:PORT", "clamd:unix:PATH", or nothing
UPLOAD_MAX_BYTES = 2 * 1024**3  # all files of one request together
FILE_UPLOAD_HANDLERS = ["backstay.core.files.uploads.StoreUploads"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
CASE_NUMBER_PREFIX = "BS-"

PUBLIC_URL = os.environ.get("BACKSTAY_URL") or (f"https://{HOSTS[0]}" if HOSTS else "http://127.0.0.1:8000")
OUTBOUND_ALLOW = os.environ.get("BACKSTAY_OUTBOUND_ALLOW", "")  # hosts and networks that are not public
ONCALL_PATH = "/console/on-call"
CASE_PATH = "/console/cases/"  # and a case's number behind it
ACKNOWLEDGE_PATH = "/console/on-call/acknowledge/"  # and a token behind it, as with the calls
CALLS_PATH = "/api/v1/on-call/calls/"
REPORTS_PATH = "/api/v1/on-call/messages/"
TWILIO_URL = os.environ.get("BACKSTAY_TWILIO_URL") or "https://api.twilio.com"
TWILIO_ACCOUNT = os.environ.get("BACKSTAY_TWILIO_ACCOUNT", "")
TWILIO_TOKEN = _from_file("BACKSTAY_TWILIO_TOKEN_FILE")
TWILIO_FROM = os.environ.get("BACKSTAY_TWILIO_FROM", "")
ACKNOWLEDGE_SECONDS = _seconds("BACKSTAY_ACKNOWLEDGE_SECONDS", 300)
# Eligible people must be seen on a listed network, not only on no other country's.
BOUNDARY_NEEDS_NETWORK = _flag("BACKSTAY_BOUNDARY_NEEDS_NETWORK")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "backstay.core.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
