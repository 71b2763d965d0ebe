"""How mail leaves: EMAIL_URL as an operator writes it, read into what Django wants."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtps": 465, "submission": 587, "smtp": 25}  # TLS from the start, STARTTLS, unencrypted
EXAMPLE = "submission://user@mail.example.org?password_file=/etc/backstay/mail_password"


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """`scheme` is empty where mails are written to files."""

    backend: str
    sender: str
    scheme: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""


def mail_settings(url: str, sender: str) -> MailSettings:
    """`url` is SCHEME://[USER[:PASSWORD]@]HOST[:PORT][?password_file=PATH]; without one, mails become files.

    Raises ImproperlyConfigured.
    """
    if not url:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return MailSettings(backend=backend, sender=sender or "Backstay <support@localhost>")
    if not sender:
        raise ImproperlyConfigured("EMAIL_URL is set, so EMAIL_FROM must name the sender of mails")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"EMAIL_URL has no readable port; it looks like {EXAMPLE}") from None
    if parts.scheme not in PORTS or not parts.hostname:
        known = ", ".join(PORTS)
        raise ImproperlyConfigured(
            f"EMAIL_URL begins with one of {known} and names a host, such as {EXAMPLE}"
        )
    found = MailSettings(
        backend="django.core.mail.backends.smtp.EmailBackend",
        sender=sender,
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or "") or _password(parts.query),
    )
    if found.scheme == "smtp" and found.password:
        raise ImproperlyConfigured(
            "EMAIL_URL: smtp:// would send the password unencrypted; use submission://"
        )
    return found


def _password(query: str) -> str:
    given = parse_qs(query, keep_blank_values=True)
    if set(given) - {"password_file"}:
        raise ImproperlyConfigured("EMAIL_URL takes one option, password_file")
    if not given:
        return ""
    path = Path(given["password_file"][0])
    if not path.is_file():
        raise ImproperlyConfigured(f"EMAIL_URL: there is no file {path} with the password")
    return path.read_text().strip()
