"""Where the database is: from the environment, or from the record of the embedded server."""

import os
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from backstay.core.postgres.record import Record

APP_VARIABLE = "DATABASE_URL"
OWNER_VARIABLE = "DATABASE_OWNER_URL"
# Nothing listens there: a command that works without a database gets this and never connects.
NOWHERE = "postgresql://nobody@127.0.0.1:1/backstay"
POOL_SIZE = 16
POOL = {"min_size": 1, "max_size": POOL_SIZE, "timeout": 10, "name": "backstay"}
# Statements that come again are planned once a connection: planning the joins of a case takes longer than
# running them.
PREPARED = {"server_side_binding": True, "prepare_threshold": 2}


class AddressError(ValueError):
    """The environment names the database in a way that cannot be used."""


class DatabaseUrls(NamedTuple):
    """The same database under its two roles: the application's, and the owner's who migrates."""

    app: str
    owner: str


def from_environment() -> DatabaseUrls | None:
    """The two URLs that were given, or None when neither was. Raises AddressError when only one was."""
    app, owner = os.environ.get(APP_VARIABLE, ""), os.environ.get(OWNER_VARIABLE, "")
    if bool(app) != bool(owner):
        missing = OWNER_VARIABLE if app else APP_VARIABLE
        raise AddressError(f"{APP_VARIABLE} and {OWNER_VARIABLE} belong together, and {missing} is not set")
    return DatabaseUrls(app=app, owner=owner) if app else None


def urls(var: Path) -> DatabaseUrls | None:
    """The environment's URLs, else those of the embedded server under `var`; None before its first start."""
    given = from_environment()
    if given is not None:
        return given
    record = Record.read(var / "postgres")
    if record is None:
        return None
    return DatabaseUrls(app=record.url("app"), owner=record.url("owner"))


def connection_settings(var: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` is the application role with a pool, `owner` migrates."""
    return settings_of(urls(var) or DatabaseUrls(app=NOWHERE, owner=NOWHERE))


def settings_of(found: DatabaseUrls) -> dict[str, dict[str, Any]]:
    """DATABASES for two known URLs. Raises AddressError when one cannot be read."""
    default, owner = _parsed(found.app), _parsed(found.owner)
    default["OPTIONS"] |= {"pool": dict(POOL), **PREPARED}
    return {"default": default, "owner": owner}


def _parsed(url: str) -> dict[str, Any]:
    """One entry of DATABASES from `postgresql://role:password@host:port/name?option=value`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"a database URL has no readable host and port: {error}") from None
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise AddressError("a database URL looks like postgresql://role:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
