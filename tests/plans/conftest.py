import pytest

from backstay.calendars import queries as calendar_queries
from backstay.plans import catalogue, queries, shipped
from backstay.plans.catalogue import Catalogue


@pytest.fixture(scope="session")
def shipped_source() -> str:
    return shipped.source()


@pytest.fixture(scope="session")
def shipped_catalogue(shipped_source) -> Catalogue:
    return catalogue.read(shipped_source).catalogue


@pytest.fixture
def fresh_caches():
    """For tests that commit: their database is copied anew afterwards, and primary keys begin again."""
    kept = (
        queries.catalogue,
        queries.terms,
        queries._plans,
        queries._calendars,
        calendar_queries.compiled,
    )
    yield
    for cache in kept:
        cache.cache_clear()
