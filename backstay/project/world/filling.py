"""Fills an empty database with the example world: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import connection

from backstay.accounts.models import Organisation, Staff
from backstay.core.scoping import acting
from backstay.project.world import oncall, parties, routing
from backstay.project.world.parties import BY
from backstay.project.world.playing import play
from backstay.project.world.stories import stories

SEED = 20
CASES = 200
TOLD_EVERY = 10  # percent
LOCK = 0x776F726C  # any number, the same in every process

Tell = Callable[[str], None]


class NotEmpty(RuntimeError):
    """There are organisations or staff already: the example would stand among real data."""


@dataclass(frozen=True)
class Filled:
    """How much was made."""

    organisations: int
    staff: int
    cases: int


def is_empty() -> bool:
    """Nobody is known here yet: neither customers nor staff."""
    with acting(BY):
        return not (Staff.objects.exists() or Organisation.objects.exists())


def fill(*, at: datetime, cases: int = CASES, tell: Tell = lambda _: None) -> Filled:
    """Make the world as of `at`. Raises NotEmpty.

    Interrupted at any moment it leaves nothing behind, apart from case numbers that are not used.
    """
    rng = Random(SEED)  # noqa: S311  # the same world each time is what is wanted
    at = at.replace(microsecond=0)
    with acting(BY), _without_savepoints():
        _alone()
        if not is_empty():
            raise NotEmpty("there are organisations or staff already")
        tell(f"filling the example world: people, contracts, devices, {cases} cases of two months")
        made = parties.make(rng, at)
        oncall.arrange(made, at=at)
        play(list(stories(made, count=cases, rng=rng, at=at)), until=at, progress=_Percent(tell))
        routing.arrange(made, at=at)
    return Filled(len(made.customers), len(made.staff), cases)


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """What fails here undoes everything, so the two statements around every action are only in the way."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _alone() -> None:
    """One filling at a time. Events are numbered as they come, so that their readers can follow inside."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("set constraints number_in_commit_order immediate")


class _Percent:
    """Tells now and then how far it is."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told = 0

    def __call__(self, done: int, of: int) -> None:
        percent = 100 * done // of
        if percent >= self._told + TOLD_EVERY:
            self._told = percent - percent % TOLD_EVERY
            self._tell(f"filling the example world: {self._told} %")
