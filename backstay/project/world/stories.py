"""Chooses what stories there are: whose, about what, how they end and when they begin."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from backstay.project.world import data, endings, timing
from backstay.project.world.data import Script
from backstay.project.world.endings import BEGINS, DAY, UNANSWERED, Begin, Ending, Unanswered
from backstay.project.world.happenings import Story
from backstay.project.world.parties import Customer, Parties, Ware
from backstay.project.world.telling import Subject, Telling
from backstay.project.world.timing import Promises


def stories(parties: Parties, *, count: int, rng: Random, at: datetime) -> Iterator[Story]:
    """So many, in no order. No conversation is used again before others that would fit as well."""
    promises = Promises(at)
    chooser = _Chooser(parties, Unanswered(parties.customers, promises, rng, at), rng, at)
    for ending in endings.endings(count):
        subject = chooser.subject(ending)
        yield Telling(parties, subject, promises, rng, at).story()


@dataclass
class _Chooser:
    parties: Parties
    unanswered: Unanswered
    rng: Random
    at: datetime
    uses: Counter[str] = field(default_factory=Counter)

    def subject(self, ending: Ending) -> Subject:
        begin = self.unanswered.begin(ending) if ending in UNANSWERED else None
        if begin is None:
            return self._answered(Ending.WORKING if ending in UNANSWERED else ending)
        promised_at = None if ending is Ending.UNPROMISED else begin.opened_at
        script = self._script(begin.customer, begin.severity, promised_at)
        return Subject(script, begin, self._ware(begin.customer, script), ending)

    def _answered(self, ending: Ending) -> Subject:
        customer = self._customer()
        first, last = BEGINS[ending]
        opened_at = timing.opening(self.rng, customer.zone, self.at - first * DAY, self.at - last * DAY)
        script = self._script(customer)
        # The first severity named is the usual one.
        severity = script.severities[0] if self.rng.random() < 0.6 else self.rng.choice(script.severities)
        begin = Begin(customer, severity, opened_at)
        return Subject(script, begin, self._ware(customer, script), ending)

    def _customer(self) -> Customer:
        customers = self.parties.customers
        return self.rng.choices(customers, [each.data.weight for each in customers])[0]

    def _script(self, customer: Customer, severity: str = "", opened_at: datetime | None = None) -> Script:
        """Of those that fit best, the one that was used least."""
        language = customer.data.language if self.rng.random() < 0.8 else "en"
        fitting = [each for each in data.scripts() if self._fits(each, customer, opened_at)]
        spoken = [each for each in fitting if each.language == language] or fitting
        grave = [each for each in spoken if severity in each.severities] if severity else spoken
        found = min(grave or spoken, key=lambda each: (self.uses[each.key], self.rng.random()))
        self.uses[found.key] += 1
        return found

    def _fits(self, script: Script, customer: Customer, opened_at: datetime | None) -> bool:
        """In a language of theirs, about a product that they have, covered where that matters."""
        if script.language not in {"en", customer.data.language}:
            return False
        wares = _wares(customer, script)
        return any(opened_at is None or customer.plan(ware.line, opened_at) for ware in wares)

    def _ware(self, customer: Customer, script: Script) -> Ware:
        return self.rng.choice(_wares(customer, script))


def _wares(customer: Customer, script: Script) -> list[Ware]:
    return [ware for ware in customer.wares if ware.row.key in script.products]
