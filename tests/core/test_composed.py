import pytest
from django.db import DataError, connection, transaction
from django.db.models import BigIntegerField
from django.test.utils import CaptureQueriesContext

from backstay.accounts.models import Contact
from backstay.conversations.models import Conversation, Message
from backstay.core.composed import Composed, Parameter, key_sequence, next_of, together, write
from backstay.core.models import OutboxEvent
from backstay.core.scoping import PUBLIC, Boundary, acting
from tests.core.outbox import AT
from tests.fixtures.cast import SETUP

contacts = Composed(
    lambda: (
        Contact.objects.select_related("organisation")
        .filter(organisation=Parameter("organisation", BigIntegerField()), is_active=True)
        .order_by("name")
    )
)


def fields(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def event(**values):
    given = {"name": "Knock", "key": "door:1", "topics": [], "payload": {"door": [1, None]}, "at": AT}
    return OutboxEvent(**given | {"boundary": Boundary.OPEN} | values)


def conversation(**values):
    return Conversation(**{"channel": "api", "boundary": Boundary.OPEN, "started_at": AT} | values)


@pytest.fixture
def setup(acting_as):
    return acting_as(SETUP)


def test_composed_answers_what_its_queryset_would(cast, setup):
    for organisation in (cast.organisation(), cast.organisation(name="Harbour", plan="")):
        cast.contact(organisation, "Zoe Pop")
        cast.contact(organisation, "Ana Marin")
        found = contacts.all(organisation=organisation.pk)
        expected = Contact.objects.filter(organisation=organisation).order_by("name")
        assert [fields(row) for row in found] == [fields(row) for row in expected]
        with CaptureQueriesContext(connection) as ran:
            assert [fields(row.organisation) for row in found] == [fields(organisation)] * 2
        assert len(ran) == 0
    assert contacts.first(organisation=0) is None


def test_composed_shows_each_viewer_their_own(cast, setup):
    liberty = cast.organisation(name="Liberty", plan="emerald-us", region="us")
    bound = cast.contact(liberty)
    with acting(PUBLIC):
        assert contacts.all(organisation=liberty.pk) == []
    assert contacts.all(organisation=liberty.pk) == [bound]


@pytest.mark.parametrize("topics", [[], ["queue", "case:1"]])
def test_write_keeps_what_save_would(setup, topics):
    written, saved = write(event(topics=topics)), event(topics=topics)
    saved.save()
    kept = [fields(row) | {"id": 0, "seq": 0} for row in OutboxEvent.objects.order_by("id")]
    assert kept[0] == kept[1] == fields(written) | {"id": 0, "seq": 0}
    written.name = "Ring"
    written.save()
    assert OutboxEvent.objects.get(pk=written.pk).name == "Ring"


def test_write_cuts_nothing_off(setup):
    with pytest.raises(DataError), transaction.atomic():
        write(conversation(channel="x" * 21))


def test_together_is_one_statement_and_every_row_has_its_key(setup):
    with CaptureQueriesContext(connection) as ran, together(key_sequence(Conversation)):
        talk = write(conversation())
        assert talk.pk is not None
        said = [write(message(talk, text)) for text in ("one", "two")]
        assert [row.pk for row in said] == [None, None]
    assert len(ran) == 2
    kept = Message.objects.filter(conversation=talk).order_by("id")
    assert [fields(row) for row in kept] == [fields(row) for row in said]


def message(talk, text):
    return Message(
        conversation=talk,
        boundary=Boundary.OPEN,
        visibility="public",
        author_kind="machine",
        author_name="test",
        body=text,
        sent_at=AT,
        recorded_at=AT,
    )


def write_and_fail():
    with together():
        write(conversation())
        raise LookupError


def test_together_writes_nothing_after_an_exception(setup):
    with pytest.raises(LookupError):
        write_and_fail()
    assert not Conversation.objects.exists()
    assert write(conversation()) in Conversation.objects.all()


def test_together_sets_numbers_aside(setup):
    before = next_of("cases_number")
    with together("cases_number"), CaptureQueriesContext(connection) as ran:
        assert next_of("cases_number") == before + 1
    assert len(ran) == 0
    assert next_of("cases_number") == before + 2
