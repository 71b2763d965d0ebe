import pytest

from backstay.entitlements import sources
from backstay.entitlements.decisions import Question
from tests.entitlements.moments import AT


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, sources.Source]:
    monkeypatch.setattr(sources, "registered", {})
    return sources.registered


def test_register_takes_the_same_source_twice(registered):
    for _ in range(2):
        sources.register("nothing", list)
    assert registered == {"nothing": list}


def test_register_refuses_another_source_of_that_name(registered):
    sources.register("nothing", list)
    with pytest.raises(sources.AlreadyRegistered):
        sources.register("nothing", tuple)
    assert registered == {"nothing": list}


def test_holdings_are_those_of_every_source_in_their_order(registered):
    question = Question(organisation_id=1, at=AT)
    sources.register("first", lambda asked: [asked, 1])
    sources.register("second", lambda asked: [2])
    assert sources.holdings(question) == (question, 1, 2)
