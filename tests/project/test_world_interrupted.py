"""A filling that is cut short leaves nothing."""

from datetime import datetime

import pytest
from django.db import connection

from backstay.accounts.models import Organisation, Staff
from backstay.cases.models import Case
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting, machine
from backstay.project import world


def test_fill_interrupted_leaves_nothing_and_can_begin_again(db: None, at: datetime) -> None:
    told: list[str] = []

    def interrupt(words: str) -> None:
        told.append(words)
        if "50 %" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.fill(at=at, cases=9, tell=interrupt)
    assert told[-1] == "filling the example world: 50 %"
    assert world.is_empty()
    with acting(machine("test")):
        assert [model.objects.count() for model in (Case, Organisation, Staff, OutboxEvent)] == [0, 0, 0, 0]
    assert connection.features.uses_savepoints
    assert world.fill(at=at, cases=9) == world.Filled(organisations=16, staff=13, cases=9)
