"""Nobody answers, in real time: the running worker warns, pages one after the other, then management."""

import time as clock
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from backstay.accounts.choices import Role
from backstay.accounts.models import Staff
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import Viewer, acting, machine
from backstay.escalation.models import EscalationStep
from backstay.oncall import actions as oncall
from backstay.oncall.actions import LayerTerms, RotaTerms
from backstay.oncall.choices import Purpose
from backstay.oncall.models import Member, PageDelivery
from tests.fixtures.cast import Cast
from tests.fixtures.live import ACKNOWLEDGE_SECONDS

BY = machine("test")
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
SOON = timedelta(seconds=3)


@dataclass
class Night:
    """A Platinum customer, a lead, two people on call and a manager; it is `now`."""

    cast: Cast
    stamp: str
    lead: Staff
    on_call: list[Staff]
    manager: Staff
    by: Viewer

    def opens(self, ago: timedelta) -> Case:
        """An S1 that staff log so long after its receipt."""
        organisation = self.cast.organisation(name=f"Silent {self.stamp}", plan="platinum")
        contact = self.cast.contact(organisation, f"Ana {self.stamp}")
        new = NewCase(
            subject="Nothing answers",
            message=NewMessage(body="All dead."),
            severity="S1",
            channel=Channel.STAFF,
            organisation_id=organisation.pk,
            contact_id=contact.pk,
            received_at=self.cast.at - ago,
        )
        with acting(self.by):
            return actions.open_case(new=new, by=self.by, at=timezone.now())


def rota(purpose: Purpose, stamp: str, members: list[Staff], now: datetime) -> None:
    layer = LayerTerms(
        name="Days",
        zone="UTC",
        first_day=now.date() - timedelta(days=1),
        hands_over_at=time(0),
        turn_days=30,
        members=[member.pk for member in members],
    )
    with acting(BY):
        terms = RotaTerms(key=f"{purpose}-{stamp}", name=purpose.title(), purpose=purpose, zone="UTC")
        oncall.put_layer(rota=oncall.add_rota(terms=terms, by=BY, at=now), terms=layer, by=BY, at=now)


@pytest.fixture(scope="module")
def people():
    """The product keeps its database between tests: whoever is on call is so for all of them."""
    return []


@pytest.fixture
def night(live_product, people):
    now = timezone.now().replace(microsecond=0)
    cast, stamp = Cast(now), f"{now:%H%M%S}"
    if not people:
        with acting(BY):
            Member.objects.all().delete()  # of rotas that other tests have made in this database
        on_call = [cast.staff(f"{name} {stamp}", tier=2) for name in ("Ada", "Bob")]
        manager = cast.staff(f"Mara {stamp}", Role.MANAGER, tier=2)
        rota(Purpose.SUPPORT, stamp, on_call, now)
        rota(Purpose.MANAGEMENT, stamp, [manager], now)
        people += [cast.staff(f"Lea {stamp}", Role.LEAD, tier=2), on_call, manager]
    lead, on_call, manager = people
    return Night(cast, stamp, lead, on_call, manager, cast.viewer(lead))


def pages_of(case: Case, person: Staff) -> list[PageDelivery]:
    """What left for somebody because of a case, in order; notices too."""
    with acting(BY):
        steps = EscalationStep.objects.filter(case=case).values_list("pk", flat=True)
        subjects = [f"escalation_step:{pk}" for pk in steps]
        sent = PageDelivery.objects.filter(staff=person, state="sent", page__subject__in=subjects)
        return list(sent.select_related("page").order_by("sent_at"))


def wait_for(*wanted: tuple[Case, Staff], seconds: float = 40) -> None:
    deadline = clock.monotonic() + seconds
    while not all(pages_of(*each) for each in wanted) and clock.monotonic() < deadline:
        clock.sleep(0.2)


def steps_done(case: Case) -> dict[str, EscalationStep]:
    with acting(BY):
        rows = EscalationStep.objects.filter(case=case, state="done").order_by("position")
        return {row.mark: row for row in rows}


def test_unanswered_case_is_warned_of_and_paged_for_at_its_second(night):
    case = night.opens(HOUR - timedelta(seconds=5))
    wait_for((case, night.lead), (case, night.on_call[0]))
    steps = steps_done(case)
    assert list(steps) == ["target 75 %", "breach"]
    assert steps["target 75 %"].due_at == case.recorded_at
    assert steps["breach"].due_at == case.opened_at + HOUR
    assert all(row.due_at <= row.done_at < row.due_at + SOON for row in steps.values())
    (page,) = pages_of(case, night.on_call[0])
    assert (page.door, page.sent_at >= steps["breach"].due_at) == ("email", True)
    assert len(pages_of(case, night.lead)) == 2


def test_unacknowledged_page_goes_on_and_reaches_management_at_its_second(night):
    first, second = night.on_call
    case = night.opens(HOUR + QUARTER - timedelta(seconds=3 + ACKNOWLEDGE_SECONDS))
    wait_for((case, first), (case, second), (case, night.manager))
    late = steps_done(case)["breach + 15 minutes"]
    assert late.due_at == case.opened_at + HOUR + QUARTER
    assert late.due_at <= late.done_at < late.due_at + SOON
    pages = [pages_of(case, each)[0] for each in (first, second, night.manager)]
    asked = [page.sent_at for page in pages]
    assert asked == sorted(asked)
    assert pages[0].page_id == pages[1].page_id
    assert asked[1] >= pages[0].page.made_at + timedelta(seconds=ACKNOWLEDGE_SECONDS)
    assert asked[2] >= late.due_at
