"""A bound S1 at three in the morning, and only people outside the boundary are there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.test import Client

from backstay.accounts.choices import Role
from backstay.cases import actions as cases
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core import readers
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting, machine
from backstay.escalation import jobs as escalation_jobs
from backstay.escalation import queries as escalation
from backstay.escalation.models import Alarm
from backstay.oncall import jobs as oncall_jobs
from backstay.oncall import queries as oncall
from backstay.oncall.models import Page, PageDelivery
from backstay.project.boundary_register import BOUND
from backstay.routing import actions as routing
from backstay.routing import jobs as routing_jobs
from backstay.routing.choices import Declared
from backstay.sla import jobs as sla_jobs
from backstay.sla import queries as sla
from tests.core.outbox import number
from tests.fixtures.cast import Cast
from tests.fixtures.duty import OnDuty

BY = machine("night")
THREE = datetime(2026, 11, 18, 3, 0, tzinfo=ZoneInfo("Europe/Bucharest"))
NOON = THREE + timedelta(hours=9)
OUTSIDE = {
    "Dana": Role.AGENT,
    "Dan": Role.AGENT,
    "Lena": Role.LEAD,
    "Lars": Role.LEAD,
    "Mona": Role.MANAGER,
    "Ada": Role.ADMINISTRATOR,
}
LOOKS = ("Lena", "Mona", "Ada")
PAGES = ("", "duty", "escalations", "on-call", "routing", "routing/people", "incidents", "customers", "views")
ONCE = re.compile(r"\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|live-after=\"\d*\"")


@dataclass
class Night:
    """Turns the clock: every sweeper and every reader at each instant at which one of them has work."""

    duty: OnDuty
    now: datetime = THREE
    sent: list[str] = field(default_factory=list)  # addresses that something left for

    def follow(self) -> None:
        for _ in range(3):
            number()
            for name in readers.behind():
                readers.drain(name, self.now)

    def pass_until(self, until: datetime) -> None:
        office = oncall_jobs.PostOffice(send=lambda outgoing: self.sent.append(outgoing.address))
        self.follow()
        while self.now <= until:
            for sweep in (
                sla_jobs.sweep,
                escalation_jobs.sweep,
                oncall_jobs.sweep,
                routing_jobs.sweep_waiting,
            ):
                sweep(at=self.now)
                self.follow()
            office.finish(at=self.now)
            following = self._next()
            if following is None:
                return
            self.now = following

    def _next(self) -> datetime | None:
        with acting(BY):
            asked = (sla.next_due, escalation.next_due, oncall.next_due)
            return min(filter(None, (ask(after=self.now) for ask in asked)), default=None)

    def bound_rows(self, name: str) -> int:
        """How many bound rows of all tables this person's own context finds."""
        with acting(self.duty.cast.viewer(self.duty.made[name])):
            models = [model for model in apps.get_models() if model._meta.db_table in BOUND]
            return sum(model._base_manager.filter(boundary="us").count() for model in models)

    def shown(self, name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
        """What the pages with numbers and names say to this person at noon."""
        client = Client()
        with acting(BY):
            client.force_login(self.duty.made[name].user)
        with monkeypatch.context() as patch:
            patch.setattr("django.utils.timezone.now", lambda: NOON)
            answers = {page: client.get(f"/console/{page}") for page in PAGES}
        return {page: ONCE.sub("", answer.content.decode()) for page, answer in answers.items()}


@contextmanager
def at_three(cast: Cast, *inside: str) -> Iterator[Night]:
    """Everybody outside is available and in every rota; those `inside` sleep, and are on call."""
    cast.at = THREE
    night = Night(OnDuty(cast))
    names = list(OUTSIDE)
    for place, (name, role) in enumerate(OUTSIDE.items()):
        viewer = cast.viewer(night.duty.person(name, role=role, tier=1 + place % 2))
        with acting(viewer):
            routing.declare(state=Declared.AVAILABLE, by=viewer, at=THREE)
    for name in inside:
        night.duty.person(name, role=Role.MANAGER, tier=2, eligible_us=True)
    for purpose in ("support", "management"):
        night.duty.rota(*names, purpose=purpose)
        night.duty.rota(*names, *inside, purpose=purpose, serves="us")
    yield night


def bound_s1(cast: Cast) -> Case:
    viewer = cast.viewer(cast.contact(cast.organisation("Zephyrine", "emerald-us", "us"), "Kim Oakheart"))
    new = NewCase(
        subject="Calorimeter drifts",
        message=NewMessage(body="All dark."),
        severity="S1",
        channel=Channel.PORTAL,
        organisation_id=viewer.own_organisation,
    )
    with acting(viewer):
        return cases.open_case(new=new, by=viewer, at=THREE)


def bound_pages() -> list[Page]:
    with acting(BY):
        return list(Page.objects.filter(boundary="us").order_by("id"))


def asked() -> set[str]:
    """Everybody who was asked or told anything about what is bound."""
    with acting(BY):
        rows: Any = PageDelivery.objects.filter(boundary="us").values_list("staff__name", flat=True)
        named: Any = Page.objects.filter(boundary="us", staff__isnull=False).values_list(
            "staff__name", flat=True
        )
        return set(rows) | set(named)


def test_only_people_inside_are_paged_and_nobody_outside_is_shown_a_number_of_it(cast, monkeypatch):
    with at_three(cast, "Grace", "Gil") as night:
        before = {name: night.shown(name, monkeypatch) for name in LOOKS}
        untold = night.shown("Grace", monkeypatch)
        case = bound_s1(cast)
        night.pass_until(NOON)
        assert asked() == {"Grace", "Gil"}
        assert set(night.sent) == {"grace@vendor.example", "gil@vendor.example"}
        first = bound_pages()[0]
        assert (first.purpose, first.made_at) == ("support", THREE)  # at once: nobody can take it
        with acting(BY):
            assert Case.objects.get(pk=case.pk).assignee_id is None
            assert list(Alarm.objects.values_list("case", "boundary")) == [(case.pk, "us")]
        assert {name: night.bound_rows(name) for name in OUTSIDE} == dict.fromkeys(OUTSIDE, 0)
        assert night.bound_rows("Grace") > 20
        assert {name: night.shown(name, monkeypatch) for name in LOOKS} == before
        grace = night.shown("Grace", monkeypatch)
        assert {page for page in PAGES if grace[page] != untold[page]} >= {
            "",
            "duty",
            "escalations",
            "on-call",
        }


def test_with_nobody_eligible_it_waits_and_is_an_alarm_inside(cast, monkeypatch):
    with at_three(cast) as night:
        before = {name: night.shown(name, monkeypatch) for name in LOOKS}
        case = bound_s1(cast)
        night.pass_until(THREE + timedelta(minutes=20))
        assert (asked(), night.sent) == (set(), [])
        with acting(BY):
            assert Case.objects.get(pk=case.pk).assignee_id is None
            told = OutboxEvent.objects.filter(name="PageUnanswered").order_by("id")
            assert {(row.boundary, row.payload["reason"]) for row in told} == {("us", "nobody_eligible")}
            assert Alarm.objects.filter(settled_at=None).count() == 1
        assert {page.why_unanswered for page in bound_pages()} == {"nobody_eligible"}
        assert {page.next_at for page in bound_pages()} == {THREE + timedelta(minutes=21)}
        assert {name: night.bound_rows(name) for name in OUTSIDE} == dict.fromkeys(OUTSIDE, 0)
        assert {name: night.shown(name, monkeypatch) for name in LOOKS} == before


def test_who_becomes_eligible_later_that_night_is_paged_within_a_minute(cast):
    with at_three(cast) as night:
        bound_s1(cast)
        night.pass_until(THREE + timedelta(minutes=20))
        dana = night.duty.made["Dana"]
        cast.attest(dana)
        cast.declare(dana, "US", night.now)
        night.pass_until(night.now)
        assert asked() == {"Dana"}
