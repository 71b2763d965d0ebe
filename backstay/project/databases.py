"""Pointing Django, already set up, at the database that was started for it."""

from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from backstay.core import postgres

APPLICATION, OWNER = "default", "owner"  # the names of Django's two connections


def use_database(urls: postgres.DatabaseUrls) -> None:
    """Make `default` and `owner` mean `urls` from the next query on."""
    let_go()
    for alias, values in postgres.settings_of(urls).items():
        settings.DATABASES[alias].update(values)


def let_go() -> None:
    """Close this process's connections and its pool, before a fork or a change of address."""
    for alias in (APPLICATION, OWNER):
        connection = connections[alias]
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
