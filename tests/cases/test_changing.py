from datetime import timedelta

import pytest

from backstay.accounts.choices import Role
from backstay.cases import actions, queries
from backstay.cases.actions import CaseChanged, MoveNotAllowed, NotAllowed
from backstay.cases.actions.changing import FirstResponseOwed, NotAssignable, ReasonMissing
from backstay.cases.choices import Queue, State
from backstay.cases.promises import due_by_severity, severities_of
from backstay.core import audit
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.plans import actions as plans
from backstay.plans import shipped
from backstay.plans.queries import UnknownSeverity
from backstay.sla.choices import ClockState
from backstay.sla.queries import explanation
from tests.cases.conftest import said
from tests.cases.test_opening import new_case
from tests.fixtures.cast import SETUP

HOUR = timedelta(hours=1)


def act(scene, verb, by, at, **values):
    with acting(by):
        return verb(case_id=scene.case.pk, by=by, at=at, **values)


def change_severity(scene, new, at, by=None, **values):
    given = {"reason": "it got worse", "seen": None} | values
    return act(scene, actions.change_severity, by or scene.ana, at, new=new, **given)


def test_severity_raised_promises_the_new_target_from_the_change(scene):
    change_severity(scene, "S1", scene.at + HOUR)
    assert scene.shown().next_due_at == scene.at + 3 * HOUR


def test_severity_raised_late_keeps_the_earlier_old_promise(scene):
    due = scene.shown().next_due_at
    change_severity(scene, "S1", due - timedelta(minutes=30))
    assert scene.shown().next_due_at == due


def test_severity_lowered_replays_from_the_start(scene):
    change_severity(scene, "S1", scene.at + HOUR)
    before = scene.case.next_due_at
    change_severity(scene, "S3", scene.at + 2 * HOUR)
    assert scene.shown().next_due_at == before


def test_severity_change_keeps_the_old_clock_in_the_history(scene):
    change_severity(scene, "S1", scene.at + HOUR)
    with acting(scene.dana):
        clocks = [(row.is_current, row.clock.state) for row in queries.clocks_of(scene.case)]
    assert clocks == [(False, ClockState.SUPERSEDED), (True, ClockState.RUNNING)]


def test_severity_change_needs_a_reason(scene):
    with pytest.raises(ReasonMissing):
        change_severity(scene, "S1", scene.at, reason=" ")


def test_severity_change_on_an_old_page_is_refused(scene):
    change_severity(scene, "S2", scene.at + HOUR)
    with pytest.raises(CaseChanged):
        change_severity(scene, "S1", scene.at + HOUR, seen=scene.case.version)
    assert scene.shown().severity == "S2"


def test_severity_of_a_closed_case_is_left_alone(scene):
    act(scene, actions.close, scene.ana, scene.at, seen=None)
    with pytest.raises(MoveNotAllowed):
        change_severity(scene, "S1", scene.at + HOUR)


def test_close_by_staff_before_anybody_answered_is_refused(scene):
    with pytest.raises(FirstResponseOwed):
        act(scene, actions.close, scene.dana, scene.at + HOUR, seen=None)
    assert scene.shown().state == State.NEW


def test_close_by_the_customer_ends_what_is_owed(scene):
    act(scene, actions.close, scene.ana, scene.at + HOUR, seen=None)
    shown = scene.shown()
    assert (shown.state, shown.closed_at, shown.next_due_at) == (State.CLOSED, scene.at + HOUR, None)


def test_reopen_of_an_unanswered_case_promises_anew(scene):
    act(scene, actions.close, scene.ana, scene.at + HOUR, seen=None)
    act(scene, actions.reopen, scene.ana, scene.at + 24 * HOUR, reason="still there", seen=None)
    shown = scene.shown()
    assert (shown.state, shown.closed_at) == (State.IN_PROGRESS, None)
    assert shown.next_due_at == scene.at + 48 * HOUR  # eight business hours, from ten to ten


def test_reopen_of_an_answered_case_promises_nothing_new(scene):
    scene.reply(scene.dana, scene.at + HOUR)
    act(scene, actions.close, scene.dana, scene.at + 2 * HOUR, seen=None)
    act(scene, actions.reopen, scene.ana, scene.at + 3 * HOUR, reason="not solved", seen=None)
    assert scene.shown().next_due_at is None


def test_set_state_that_tells_the_customer_something_is_refused_without_a_message(scene):
    with pytest.raises(MoveNotAllowed):
        act(scene, actions.set_state, scene.dana, scene.at, new=State.WAITING_ON_CUSTOMER, seen=None)


def test_set_state_does_not_touch_the_clock(scene):
    due = scene.shown().next_due_at
    act(scene, actions.set_state, scene.dana, scene.at + HOUR, new=State.WAITING_ON_ENGINEERING, seen=None)
    shown = scene.shown()
    assert (shown.state, shown.next_due_at) == (State.WAITING_ON_ENGINEERING, due)


def test_set_state_by_a_customer_is_refused(scene):
    with pytest.raises(MoveNotAllowed):
        act(scene, actions.set_state, scene.ana, scene.at, new=State.IN_PROGRESS, seen=None)


def test_assign_takes_a_new_case_into_triage(scene):
    act(scene, actions.assign, scene.dana, scene.at, staff_id=scene.dana.id, seen=None)
    shown = scene.shown()
    assert (shown.assignee.name, shown.state) == ("Dana Ionescu", State.TRIAGE)


def test_assign_that_takes_a_new_case_into_triage_tells_its_change_of_state(scene):
    act(scene, actions.assign, scene.dana, scene.at, staff_id=scene.dana.id, seen=None)
    act(scene, actions.assign, scene.dana, scene.at, staff_id=None, seen=None)
    with acting(SETUP):
        told = [entry.kind for entry in audit.of(("case", scene.case.pk))]
        (event,) = OutboxEvent.objects.filter(name="CaseStateChanged")
    assert told == ["case_opened", "case_assigned", "case_state_changed", "case_assigned"]
    assert (event.payload["old"], event.payload["new"]) == ("new", "triage")


def test_assign_to_others_is_for_leads(scene, cast):
    mihai = cast.staff("Mihai Pop")
    with pytest.raises(NotAllowed):
        act(scene, actions.assign, scene.dana, scene.at, staff_id=mihai.pk, seen=None)
    lead = cast.viewer(cast.staff("Lia Lead", Role.LEAD))
    act(scene, actions.assign, lead, scene.at, staff_id=mihai.pk, seen=None)
    assert scene.shown().assignee == mihai


def test_assign_of_a_bound_case_to_somebody_outside_is_refused(cast, at):
    organisation = cast.organisation(plan="emerald-us", region="us")
    ana = cast.viewer(cast.contact(organisation))
    outside = cast.staff("Mihai Pop")
    lead = cast.viewer(cast.staff("Lia Lead", Role.LEAD, eligible_us=True))
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
    with acting(lead), pytest.raises(NotAssignable):
        actions.assign(case_id=case.pk, staff_id=outside.pk, seen=None, by=lead, at=at)


@pytest.fixture
def partly_covered(cast, at):
    """A case of a customer who has Gold for one product only, about that product; and another product."""
    covered, other = cast.product("gateway"), cast.product("kiosk")
    organisation = cast.organisation(name="Oak", plan="")
    cast.sign(organisation, "gold", line=covered.line)
    ana = cast.viewer(cast.contact(organisation, "Ion Oak"))

    def opened_about(product):
        with acting(ana):
            return actions.open_case(new=new_case(organisation, product_id=product.pk), by=ana, at=at)

    return covered, other, opened_about


def correct(case, product, by, at):
    with acting(by):
        actions.correct_subject_matter(
            case_id=case.pk, product_id=product.pk, device_id=None, seen=None, by=by, at=at
        )
        shown = queries.by_number(case.number)
        return shown.no_promise, shown.queue, shown.next_due_at


def test_correction_to_an_uncovered_product_takes_the_promise_back(scene, partly_covered, at):
    covered, other, opened_about = partly_covered
    case = opened_about(covered)
    assert correct(case, other, scene.dana, at + HOUR) == ("other_product", Queue.LEAD, None)


def test_correction_to_a_covered_product_promises_from_the_start(scene, partly_covered, at):
    covered, other, opened_about = partly_covered
    case = opened_about(other)
    assert case.next_due_at is None
    assert correct(case, covered, scene.dana, at + HOUR) == ("", Queue.TIER_1, at + 2 * HOUR)


def test_correction_there_and_back_promises_what_was_promised(scene, partly_covered, at):
    covered, other, opened_about = partly_covered
    case = opened_about(covered)
    correct(case, other, scene.dana, at + HOUR)
    assert correct(case, covered, scene.dana, at + HOUR) == ("", Queue.TIER_1, at + 2 * HOUR)


def test_correction_of_an_answered_case_promises_nothing_again(scene, partly_covered, at):
    covered, other, opened_about = partly_covered
    case = opened_about(other)
    with acting(scene.dana):
        actions.reply(case_id=case.pk, message=said(), seen=None, by=scene.dana, at=at + HOUR)
    assert correct(case, covered, scene.dana, at + 2 * HOUR) == ("", Queue.TIER_1, None)


def test_correction_of_a_closed_case_promises_nothing_until_it_is_reopened(scene, partly_covered, at):
    covered, other, opened_about = partly_covered
    case = opened_about(other)
    with acting(scene.dana):
        actions.close(case_id=case.pk, seen=None, by=scene.dana, at=at + HOUR)
    assert correct(case, covered, scene.dana, at + 2 * HOUR) == ("", Queue.TIER_1, None)
    with acting(scene.dana):
        actions.reopen(case_id=case.pk, reason="again", seen=None, by=scene.dana, at=at + 3 * HOUR)
        assert queries.by_number(case.number).next_due_at == at + 5 * HOUR


def test_correction_of_a_case_logged_for_nobody_by_name_promises_from_the_start(scene, partly_covered, at):
    covered, other, opened_about = partly_covered
    organisation = opened_about(other).organisation
    with acting(scene.dana):
        new = new_case(organisation, product_id=other.pk)
        case = actions.open_case(new=new, by=scene.dana, at=at)
    assert case.contact is None
    assert correct(case, covered, scene.dana, at + HOUR) == ("", Queue.TIER_1, at + 2 * HOUR)


def test_reopening_of_an_answered_case_whose_promise_was_taken_back_promises_nothing(
    scene, partly_covered, at
):
    covered, other, opened_about = partly_covered
    case = opened_about(covered)
    correct(case, other, scene.dana, at)
    with acting(scene.dana):
        actions.reply(case_id=case.pk, message=said(), seen=None, by=scene.dana, at=at + HOUR)
    correct(case, covered, scene.dana, at + HOUR)
    with acting(scene.dana):
        actions.close(case_id=case.pk, seen=None, by=scene.dana, at=at + HOUR)
        actions.reopen(case_id=case.pk, reason="again", seen=None, by=scene.dana, at=at + 2 * HOUR)
        assert queries.by_number(case.number).next_due_at is None


def test_severities_of_a_promised_case_are_those_of_its_frozen_plan(scene):
    source = shipped.source()
    start = source.index("[severities.S4]")
    end = source.index("# ---", start)
    fifth = source[start:end].replace("severities.S4", "severities.S5")
    source = (source[:end] + fifth + source[end:]).replace('["S3", "S4"]', '["S3", "S4", "S5"]')
    with acting(SETUP):
        plans.apply(source=source, by=SETUP, at=scene.at)
    now = scene.at + HOUR
    with acting(scene.dana):
        case = queries.by_number(scene.case.number)
        told = [severity.key for severity in severities_of(case, at=now)]
        assert (told, list(due_by_severity(case, at=now))) == (["S1", "S2", "S3", "S4"],) * 2
    with pytest.raises(UnknownSeverity):
        change_severity(scene, "S5", now)


def test_participant_of_the_organisation_reads_the_case(scene, cast):
    ion = cast.viewer(cast.contact(scene.organisation, "Ion Pop"))
    with acting(ion):
        assert queries.by_number(scene.case.number) is None
    act(scene, actions.add_participant, scene.ana, scene.at, contact_id=ion.id)
    with acting(ion):
        assert queries.by_number(scene.case.number) == scene.case


def test_participant_from_elsewhere_is_refused(scene, cast):
    stranger = cast.contact(cast.organisation(name="Harbour"), "Sam Harbour")
    with pytest.raises(NotAllowed):
        act(scene, actions.add_participant, scene.ana, scene.at, contact_id=stranger.pk)


def test_explanation_of_a_raised_case_counts_from_the_change(scene):
    change_severity(scene, "S1", scene.at + HOUR)
    with acting(scene.dana):
        told = explanation(list(queries.clocks_of(scene.case))[-1].clock, at=scene.at + HOUR)
    assert (told.started_at, told.standing.length_s) == (scene.at + HOUR, 7200)
