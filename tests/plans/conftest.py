import pytest

from backstay.plans import catalogue, shipped
from backstay.plans.catalogue import Catalogue


@pytest.fixture(scope="session")
def shipped_source() -> str:
    return shipped.source()


@pytest.fixture(scope="session")
def shipped_catalogue(shipped_source) -> Catalogue:
    return catalogue.read(shipped_source).catalogue
