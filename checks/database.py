"""A migrated database to look at: a copy of the tests' template, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

from tests.fixtures.databases import Databases, serving


@contextmanager
def migrated() -> Iterator[tuple[psycopg.Connection, str]]:
    """The owner's connection, and the name of the application role."""
    with serving() as urls:
        databases = Databases(urls)
        databases.prepare()
        name = (
            f"backstay_test_{os.getpid()}_checks"  # by its process it is cleared away if this one is killed
        )
        databases.copy(name)
        try:
            with psycopg.connect(databases.named(name).owner) as connection:
                yield connection, urlsplit(urls.app).username or ""
        finally:
            databases.drop(name)
