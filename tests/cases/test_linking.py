from datetime import timedelta

import pytest

from backstay.cases import actions, queries
from backstay.cases.actions import MoveNotAllowed, NotAllowed, NotLinkable, TooLateToReopen
from backstay.cases.choices import LinkKind, State
from backstay.cases.models import Case, CaseLink
from backstay.cases.promises import reopens_until
from backstay.conversations import queries as conversations
from backstay.conversations.choices import Channel
from backstay.core import audit
from backstay.core.scoping import acting
from tests.cases.conftest import said
from tests.fixtures.cast import SETUP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON, LATE = 14 * DAY, 14 * DAY + timedelta(microseconds=1)


def opened(cast, at, organisation, name):
    viewer = cast.viewer(cast.contact(organisation, name))
    new = actions.NewCase(
        subject="Kiosk will not boot",
        message=said("Since noon."),
        severity="S2",
        channel=Channel.PORTAL,
        organisation_id=organisation.pk,
    )
    with acting(viewer):
        return actions.open_case(new=new, by=viewer, at=at)


def closed(scene):
    with acting(scene.ana):
        actions.close(case_id=scene.case.pk, seen=None, by=scene.ana, at=scene.at)


def reopen(scene, by, at):
    with acting(by):
        return actions.reopen(case_id=scene.case.pk, reason="It is back.", seen=None, by=by, at=at)


def follow_up(scene, by, at):
    with acting(by):
        return actions.follow_up(
            case_id=scene.case.pk, message=said("It is back."), channel=Channel.PORTAL, by=by, at=at
        )


def link(by, at, case, other, kind=LinkKind.RELATED):
    with acting(by):
        return actions.link(case_id=case.pk, other_id=other.pk, kind=kind, by=by, at=at)


def seen_links(viewer, case):
    with acting(viewer):
        found = queries.links(queries.by_number(case.number))
        return [(linked.kind, linked.is_back, linked.case.number) for linked in found]


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_case_is_reopened_to_the_last_instant_of_its_time(scene, who):
    closed(scene)
    assert reopens_until(scene.shown()) == scene.at + SOON
    reopen(scene, getattr(scene, who), scene.at + SOON)
    assert scene.shown().state == State.IN_PROGRESS


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_case_is_not_reopened_after_its_time(scene, who):
    closed(scene)
    with pytest.raises(TooLateToReopen):
        reopen(scene, getattr(scene, who), scene.at + LATE)
    assert scene.shown().state == State.CLOSED


def test_case_without_a_promise_can_always_be_reopened(scene, cast):
    organisation = cast.organisation("Harbour", plan="")
    scene.case = opened(cast, scene.at, organisation, "Tom")
    tom = cast.viewer(scene.case.contact)
    with acting(tom):
        actions.close(case_id=scene.case.pk, seen=None, by=tom, at=scene.at)
    reopen(scene, tom, scene.at + 400 * DAY)
    assert scene.shown().state == State.IN_PROGRESS


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_followup_carries_over_what_is_known_and_promises_anew(scene, who):
    closed(scene)
    at = scene.at + LATE
    found = follow_up(scene, getattr(scene, who), at)
    old = scene.shown()
    kept = ("subject", "severity", "organisation_id", "contact_id", "product_id", "device_id")
    assert [getattr(found, name) for name in kept] == [getattr(old, name) for name in kept]
    assert (found.state, found.opened_at) == (State.NEW, at)
    assert found.next_due_at > at
    for viewer in (scene.ana, scene.dana):
        assert seen_links(viewer, found) == [(LinkKind.FOLLOW_UP, False, old.number)]
        assert seen_links(viewer, old) == [(LinkKind.FOLLOW_UP, True, found.number)]
    with acting(scene.ana):
        messages = conversations.messages(found.conversation_id)
        assert [(each.body, each.author_kind) for each in messages] == [("It is back.", "contact")]


@pytest.mark.parametrize("after", [timedelta(0), SOON])
def test_followup_of_what_can_be_reopened_is_refused(scene, after):
    closed(scene)
    with pytest.raises(MoveNotAllowed):
        follow_up(scene, scene.ana, scene.at + after)


def test_followup_of_an_open_case_is_refused(scene):
    with pytest.raises(MoveNotAllowed):
        follow_up(scene, scene.ana, scene.at + LATE)


def test_followup_by_a_stranger_is_refused(scene, cast):
    closed(scene)
    tom = cast.viewer(cast.contact(cast.organisation("Harbour"), "Tom"))
    with pytest.raises(NotAllowed):
        follow_up(scene, tom, scene.at + LATE)


def test_link_is_told_in_both_histories_and_shown_to_staff_only(scene, cast):
    other = opened(cast, scene.at, scene.organisation, "Ion")
    link(scene.dana, scene.at, scene.case, other, LinkKind.DUPLICATE)
    assert seen_links(scene.dana, scene.case) == [(LinkKind.DUPLICATE, False, other.number)]
    assert seen_links(scene.dana, other) == [(LinkKind.DUPLICATE, True, scene.case.number)]
    assert seen_links(scene.ana, scene.case) == []
    with acting(scene.dana):
        kinds = [audit.of(("case", each.pk)).last().kind for each in (scene.case, other)]
    assert kinds == ["case_linked", "case_linked"]


def test_link_is_removed(scene, cast):
    other = opened(cast, scene.at, scene.organisation, "Ion")
    made = link(scene.dana, scene.at, scene.case, other)
    with acting(scene.dana):
        actions.unlink(link_id=made.pk, by=scene.dana, at=scene.at)
    assert seen_links(scene.dana, other) == []


def test_followup_link_stays(scene):
    closed(scene)
    found = follow_up(scene, scene.ana, scene.at + LATE)
    with acting(scene.dana), pytest.raises(NotAllowed):
        actions.unlink(link_id=CaseLink.objects.get(case=found).pk, by=scene.dana, at=scene.at)


def test_link_to_itself_twice_or_by_a_customer_is_refused(scene, cast):
    other = opened(cast, scene.at, scene.organisation, "Ion")
    link(scene.dana, scene.at, scene.case, other)
    for pair in ((scene.case, scene.case), (scene.case, other), (other, scene.case)):
        with pytest.raises(NotLinkable):
            link(scene.dana, scene.at, *pair)
    with pytest.raises(NotAllowed):
        link(scene.ana, scene.at, scene.case, other, LinkKind.DUPLICATE)


@pytest.fixture
def bound(scene, cast):
    return opened(cast, scene.at, cast.organisation("Sandia", "emerald-us", "us"), "Kim")


def test_link_across_the_boundary_is_refused_to_those_who_see_both(scene, cast, bound):
    chris = cast.viewer(cast.staff("Chris", eligible_us=True))
    with pytest.raises(NotLinkable):
        link(chris, scene.at, scene.case, bound)


def test_link_to_a_bound_case_is_no_case_to_those_outside(scene, bound):
    with pytest.raises(Case.DoesNotExist):
        link(scene.dana, scene.at, scene.case, bound)


def test_organisation_that_becomes_bound_takes_its_own_links_along_and_leaves_the_others(scene, cast):
    harbour = cast.organisation("Harbour", "", "us")
    mine, another = opened(cast, scene.at, harbour, "Tom"), opened(cast, scene.at, harbour, "Tim")
    link(scene.dana, scene.at, mine, another)
    link(scene.dana, scene.at, mine, scene.case)
    cast.sign(harbour, "emerald-us")
    with acting(SETUP):
        rows = CaseLink.objects.values_list("case_id", "other_id", "boundary")
        assert list(rows) == [(mine.pk, another.pk, "us")]
    assert seen_links(scene.dana, scene.case) == []
