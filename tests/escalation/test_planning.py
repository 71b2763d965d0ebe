from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from backstay.cases import actions as cases
from backstay.cases.choices import State
from backstay.conversations.actions import NewMessage
from backstay.core.scoping import acting
from backstay.escalation import actions, jobs
from backstay.escalation.models import EscalationStep
from backstay.escalation.rules import Promise, Standing, wanted
from backstay.plans import catalogue as catalogues
from backstay.plans import shipped
from tests.escalation.conftest import BY, DAY, HOUR, MINUTE


def states(scene):
    return {(row.mark, row.cycle): row.state for row in scene.steps()}


def test_steps_are_planned_when_a_case_is_opened(scene):
    at = scene.case.opened_at
    assert [(row.mark, row.position, row.due_at, row.state) for row in scene.steps()] == [
        ("target 75 %", 1, at + 90 * MINUTE, "pending"),
        ("breach", 2, at + 2 * HOUR, "pending"),
        ("breach + 15 minutes", 4, at + 2 * HOUR + 15 * MINUTE, "pending"),
        ("age 4 business hours", 6, at + 4 * HOUR, "pending"),
        ("age 24 hours", 7, at + DAY, "pending"),
    ]


def test_planning_again_changes_nothing(scene):
    before = [(row.pk, row.due_at, row.state) for row in scene.steps()]
    for _ in range(3):
        scene.act(actions.plan, BY)
    assert [(row.pk, row.due_at, row.state) for row in scene.steps()] == before


def test_an_answer_withdraws_the_steps_of_the_target_and_begins_to_listen_for_silence(scene):
    dana = scene.house.viewer("Lea One")
    scene.reply(dana, scene.now + HOUR)
    assert states(scene) == {
        ("target 75 %", 1): "withdrawn",
        ("breach", 1): "withdrawn",
        ("breach + 15 minutes", 1): "withdrawn",
        ("age 4 business hours", 1): "pending",
        ("age 24 hours", 1): "pending",
        ("silence 4 business hours", 1): "pending",
    }
    assert scene.step("silence 4 business hours").due_at == scene.case.opened_at + 5 * HOUR


def test_each_word_of_ours_ends_a_silence_and_a_taken_one_begins_another(scene):
    dana, start = scene.house.viewer("Lea One"), scene.case.opened_at
    scene.reply(dana, start + HOUR)
    scene.reply(dana, start + 2 * HOUR)
    assert scene.step("silence 4 business hours").due_at == start + 6 * HOUR
    scene.turn(start + 7 * HOUR)
    scene.reply(dana, start + 7 * HOUR)
    silences = [row for row in scene.steps() if row.mark == "silence 4 business hours"]
    assert [(row.cycle, row.state, row.due_at) for row in silences] == [
        (1, "done", start + 6 * HOUR),
        (2, "pending", start + 11 * HOUR),
    ]


def test_customer_who_writes_does_not_put_a_silence_off(scene):
    start = scene.case.opened_at
    scene.reply(scene.house.viewer("Lea One"), start + HOUR)
    scene.reply(scene.ana, start + 4 * HOUR)
    assert scene.step("silence 4 business hours").due_at == start + 5 * HOUR


def test_a_case_that_waits_on_its_customer_rests_and_goes_on_from_their_answer(scene):
    start = scene.case.opened_at
    scene.reply(scene.house.viewer("Lea One"), start + HOUR, new_state=State.WAITING_ON_CUSTOMER)
    assert {row.state for row in scene.steps()} == {"withdrawn"}
    scene.turn(start + 2 * DAY)
    assert scene.taken() == []
    scene.reply(scene.ana, start + 2 * DAY)
    assert scene.step("age 24 hours").due_at == start + 2 * DAY
    assert scene.step("silence 4 business hours").due_at == start + 2 * DAY + 4 * HOUR


def test_a_closed_case_climbs_nothing_and_pages_nobody(scene):
    start = scene.case.opened_at
    scene.turn(start + 2 * HOUR + MINUTE)
    assert len(scene.asked()) == 1
    scene.act(cases.close, scene.ana, seen=None)
    scene.turn(start + 3 * DAY)
    assert len(scene.asked()) == 1
    assert {row.state for row in scene.steps()} == {"done", "withdrawn"}


def test_an_answer_ends_the_paging_for_the_target(scene):
    start = scene.case.opened_at
    scene.turn(start + 2 * HOUR + 16 * MINUTE)
    asked = scene.asked()
    scene.reply(scene.house.viewer("Lea One"), start + 2 * HOUR + 16 * MINUTE)
    scene.turn(start + 4 * HOUR - MINUTE)
    assert scene.asked() == asked


def test_a_raised_severity_is_climbed_by_its_own_steps(house, opened):
    house.furnish()
    scene = opened(house, severity="S3")
    start = scene.case.opened_at
    assert scene.step("breach").do == ["notify leads"]
    scene.act(cases.change_severity, scene.ana, at=start + HOUR, new="S1", reason="worse", seen=None)
    assert (scene.step("breach").do, scene.step("breach").due_at) == (
        ["notify leads", "page on-call"],
        start + 3 * HOUR,
    )
    assert scene.step("breach + 8 business hours").state == "withdrawn"
    assert scene.step("age 4 business hours").due_at == start + 4 * HOUR


def test_a_reopened_case_climbs_again(scene):
    start = scene.case.opened_at
    scene.turn(start + 5 * HOUR)
    scene.act(cases.close, scene.ana, seen=None)
    scene.act(cases.reopen, scene.ana, at=start + 6 * HOUR, reason="again", seen=None)
    assert scene.step("breach", 2).due_at == start + 8 * HOUR
    assert scene.step("age 4 business hours", 2).due_at == start + 10 * HOUR
    assert scene.step("breach", 1).state == "done"


def test_the_second_reopening_and_the_third_reassignment_are_told_at_once(scene):
    start, lead = scene.case.opened_at, scene.house.viewer("Lea One")
    people = [scene.house.person(name).pk for name in ("Ada", "Bo", "Cy", "Di")]
    for number, person in enumerate(people):
        scene.now = start + number * MINUTE
        scene.act(cases.assign, lead, staff_id=person, seen=None)
    assert scene.step("reassigned 3 times").due_at == start + 3 * MINUTE
    assert jobs.sweep(at=scene.now)[0] == 1
    for number in (1, 2):
        scene.now = start + number * HOUR
        scene.act(cases.close, scene.ana, seen=None)
        scene.act(cases.reopen, scene.ana, reason="again", seen=None)
    assert scene.step("reopened 2 times").due_at == start + 2 * HOUR


def test_a_case_without_a_promise_climbs_nothing(house, opened):
    assert opened(house, plan="").steps() == []


def test_a_case_entered_late_is_not_reached_before_it_was_entered(house, cast, at):
    house.furnish()
    organisation = cast.organisation(plan="gold")
    contact, lea = cast.contact(organisation), house.viewer("Lea One")
    new = cases.NewCase(
        subject="By phone",
        message=NewMessage(body="Down."),
        severity="S1",
        channel="phone",
        organisation_id=organisation.pk,
        contact_id=contact.pk,
        received_at=at - 5 * HOUR,
    )
    with acting(lea):
        case = cases.open_case(new=new, by=lea, at=at)
        actions.plan(case_id=case.pk, by=BY, at=at)
        due = {row.mark: row.due_at for row in EscalationStep.objects.filter(case=case)}
    assert (due["breach"], due["breach + 15 minutes"]) == (at, at)
    assert due["age 24 hours"] == at + 19 * HOUR


AT = datetime(2026, 11, 18, 8, tzinfo=UTC)
LADDER = catalogues.read(shipped.source()).catalogue.ladders["standard"]


@given(
    severity=st.sampled_from(["S1", "S2", "S3", "S4"]),
    minutes=st.integers(0, 10_000),
    answered=st.booleans(),
    waits=st.booleans(),
)
def test_no_time_mark_is_reached_before_the_turn(severity, minutes, answered, waits):
    at = AT
    turn = at + minutes * MINUTE
    promise = Promise(started_at=at, due_at=at + 2 * HOUR, shares={75: at + 90 * MINUTE})
    case = Standing(
        severity=severity,
        opened_at=at,
        is_closed=False,
        waits_on_customer=waits,
        promise=None if answered else promise,
        calendar=None,
        silent_since=at if answered else None,
        turn_at=turn,
        reopened_at=(),
        reassigned_at=(),
    )
    steps = wanted(LADDER, case)
    assert all(step.due_at >= turn for step in steps)
    assert not (answered and waits and steps)
