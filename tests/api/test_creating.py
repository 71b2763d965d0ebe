"""What creating a case takes: pinned as a count of statements, since time is asserted nowhere."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts.models import ApiToken
from backstay.conversations.models import Conversation
from backstay.core.models import AuditEntry, OutboxEvent, StoredAnswer
from backstay.core.scoping import TRANSACTION_CONTROL, acting
from tests.api.conftest import problem
from tests.fixtures.cast import SETUP

NEW = {"subject": "x", "description": "y", "severity": "S1"}
# Who looks; the token with its person and their grants; who looks now; the key; catalogue; contracts; keys
# and number; all rows; the answer; and the way back into the test's transaction.
STATEMENTS = 10


def statements(ran):
    return [each["sql"] for each in ran if not each["sql"].startswith(TRANSACTION_CONTROL)]


def counts():
    with acting(SETUP):
        return [kind.objects.count() for kind in (Conversation, AuditEntry, OutboxEvent, StoredAnswer)]


def test_creating_a_case_takes_few_statements(world):
    world["ana"].post(
        "/cases", NEW, Idempotency_Key="a"
    )  # notes the token's use; composes what is composed once
    with CaptureQueriesContext(connection) as ran:
        assert world["ana"].post("/cases", NEW, Idempotency_Key="b").status_code == 201
    assert len(statements(ran)) == STATEMENTS


def test_creating_a_case_that_is_refused_leaves_nothing_behind(world):
    world["ana"].post("/cases", NEW, Idempotency_Key="a")
    before = counts()
    refused = world["ana"].post("/cases", NEW | {"severity": "S9"}, Idempotency_Key="b")
    assert (problem(refused)[0], counts()) == (422, before)


def test_use_of_a_token_is_noted_where_the_request_is_refused(world, now):
    assert problem(world["ana"].post("/cases", NEW | {"severity": "S9"}))[0] == 422
    with acting(SETUP):
        assert ApiToken.objects.get().last_used_at == now.at
