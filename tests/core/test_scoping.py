import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backstay.core.models import StoredAnswer
from backstay.core.scoping import PUBLIC, SETTING, Boundary, acting, current, machine, narrowed, piece
from tests.core.outbox import AT

BEFORE, AFTER = machine("before"), PUBLIC


def seen_by_database():
    with connection.cursor() as cursor:
        cursor.execute("select current_setting(%s)", [SETTING])
        return cursor.fetchone()[0]


def keep(key):
    StoredAnswer.objects.create(
        caller="test", key=key, request_hash="", status=200, at=AT, boundary=Boundary.OPEN
    )


@piece()
def fail():
    keep("second")
    raise LookupError


@pytest.mark.django_db(transaction=True)
def test_narrowed_is_the_viewer_to_code_and_database():
    with acting(BEFORE):
        assert (current(), seen_by_database()) == (BEFORE, BEFORE.context)
        with narrowed(AFTER):
            assert (current(), seen_by_database()) == (AFTER, AFTER.context)
    with acting(BEFORE):
        assert (current(), seen_by_database()) == (BEFORE, BEFORE.context)


@pytest.mark.django_db(transaction=True)
def test_piece_costs_nothing_where_the_transaction_is_one_piece():
    with acting(BEFORE):
        with CaptureQueriesContext(connection) as apart, piece():
            pass
        with narrowed(AFTER), CaptureQueriesContext(connection) as one, piece():
            pass
    assert (len(apart), len(one)) == (2, 0)


@pytest.mark.django_db(transaction=True)
def test_error_in_one_piece_takes_all_of_it_back():
    with acting(BEFORE):
        keep("first")
        with narrowed(AFTER):
            with pytest.raises(LookupError):
                fail()
            with pytest.raises(transaction.TransactionManagementError):
                keep("third")
    with acting(BEFORE):
        assert not StoredAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_error_in_a_piece_of_its_own_takes_that_back_alone():
    with acting(BEFORE):
        keep("first")
        with pytest.raises(LookupError):
            fail()
    with acting(BEFORE):
        assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["first"]
