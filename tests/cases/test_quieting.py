from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backstay.cases import actions, queries
from backstay.cases.actions import BadRespite, NeverCloses, NotAllowed
from backstay.cases.choices import Quiet, QuietKind, State
from backstay.cases.jobs import take_quiet_steps
from backstay.cases.models import QuietStep
from backstay.cases.promises import silence
from backstay.conversations import queries as conversations
from backstay.core import audit
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting, machine
from tests.cases.conftest import said
from tests.fixtures.cast import SETUP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUCHAREST = ZoneInfo("Europe/Bucharest")


def bucharest(month, day, hour=11, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=BUCHAREST)


ASKED = bucharest(11, 18)  # a Wednesday; 30 November and 1 December are holidays in Romania
REMINDERS = [bucharest(11, 23), bucharest(11, 25)]
CLOSE = bucharest(12, 4)


def asked(scene, at=ASKED, new_state=State.WAITING_ON_CUSTOMER):
    scene.reply(scene.dana, at, new_state=new_state)


def steps(scene):
    with acting(SETUP):
        found = silence(queries.by_number(scene.case.number))
    return [step.due_at for step in found.steps]


def quiet(scene, viewer=None):
    with acting(viewer or scene.dana):
        return silence(queries.by_number(scene.case.number)).quiet


def act(scene, verb, by, at, **values):
    with acting(by):
        return verb(case_id=scene.case.pk, by=by, at=at, **{"seen": None} | values)


def told(scene):
    with acting(SETUP):
        rows = conversations.messages(scene.case.conversation_id)
        return [row.body for row in rows if row.author_kind == "machine"]


def entries(scene, *kinds):
    with acting(SETUP):
        rows = audit.of(("case", scene.case.pk)).filter(kind__in=kinds)
        return [row.kind for row in rows]


def test_question_to_the_customer_plans_reminders_and_the_close_in_business_days(scene):
    asked(scene)
    assert steps(scene) == [*REMINDERS, CLOSE]
    with acting(scene.ana):
        found = silence(queries.by_number(scene.case.number))
    assert (found.closes_at, [step.number for step in found.reminders]) == (CLOSE, [1, 2])


def test_proposed_solution_is_a_question(scene):
    asked(scene, new_state=State.SOLUTION_PROPOSED)
    assert steps(scene) == [*REMINDERS, CLOSE]


def test_steps_are_taken_at_their_second_and_the_case_closes(scene):
    asked(scene)
    seen = [
        (take_quiet_steps(at=at), len(told(scene)), str(scene.shown().state))
        for due in [*REMINDERS, CLOSE]
        for at in (due - timedelta(microseconds=1), due)
    ]
    waiting = "waiting_on_customer"
    before_and_at = [[(0, n, waiting), (1, n + 1, waiting)] for n in range(3)]
    before_and_at[2][1] = (1, 3, "closed")
    assert seen == [each for pair in before_and_at for each in pair]
    assert entries(scene, "case_reminded") == ["case_reminded"] * 2
    with acting(SETUP):
        assert OutboxEvent.objects.filter(name="CaseReminded").count() == 2
        assert queries.next_quiet_step(after=ASKED) is None


def test_steps_are_taken_once_however_often_the_task_runs(scene):
    asked(scene)
    assert [take_quiet_steps(at=REMINDERS[0] + n * HOUR) for n in range(3)] == [1, 0, 0]
    assert len(told(scene)) == 1


def test_reminder_is_in_the_customers_language_with_the_day_of_the_close(scene):
    scene.contact.language = "ro"
    asked(scene)
    take_quiet_steps(at=REMINDERS[0])
    assert "4 decembrie 2026" in told(scene)[0]


def test_reminder_is_no_word_of_ours_and_touches_no_clock(scene):
    asked(scene)
    before = scene.shown()
    take_quiet_steps(at=REMINDERS[0])
    after = scene.shown()
    assert after.vendor_spoke_at == before.vendor_spoke_at == ASKED
    assert [row.clock.stopped_at for row in after.current_clocks] == [ASKED]
    assert after.state == State.WAITING_ON_CUSTOMER


def test_answer_breaks_the_silence_and_the_next_question_begins_a_new_one(scene):
    asked(scene)
    take_quiet_steps(at=REMINDERS[0])
    scene.reply(scene.ana, REMINDERS[0] + HOUR)
    assert steps(scene) == []
    assert take_quiet_steps(at=CLOSE) == 0
    asked(scene, at=bucharest(12, 7))
    assert steps(scene) == [bucharest(12, 10), bucharest(12, 14), bucharest(12, 21)]
    with acting(SETUP):
        rows = QuietStep.objects.order_by("id").values_list("number", "is_current")
        assert list(rows) == [(n, False) for n in (1, 2, 3)] + [(n, True) for n in (1, 2, 3)]


def test_another_question_counts_from_the_last(scene):
    asked(scene)
    scene.reply(scene.dana, bucharest(11, 19))
    assert steps(scene)[0] == bucharest(11, 24)


def test_severity_changed_by_the_customer_breaks_the_silence(scene):
    asked(scene)
    act(scene, actions.change_severity, scene.ana, bucharest(11, 20), new="S2", reason="It got worse.")
    assert steps(scene)[0] == bucharest(11, 25)


def test_escalation_breaks_the_silence(scene):
    asked(scene)
    with acting(scene.ana):
        actions.break_silence(case_id=scene.case.pk, by=scene.ana, at=bucharest(11, 20))
    assert steps(scene)[0] == bucharest(11, 25)


def test_gravest_severity_is_never_closed_for_silence(scene):
    act(scene, actions.change_severity, scene.ana, scene.at, new="S1", reason="Down.")
    asked(scene)
    assert (steps(scene), quiet(scene)) == ([], Quiet.NEVER)
    assert take_quiet_steps(at=CLOSE + 365 * DAY) == 0


def test_case_without_a_promise_is_never_closed_for_silence(scene, cast):
    organisation = cast.organisation("Harbour", plan="")
    contact = cast.viewer(cast.contact(organisation, "Tom"))
    with acting(contact):
        new = actions.NewCase(
            subject="Reset",
            message=said("Help."),
            severity="S3",
            channel="portal",
            organisation_id=organisation.pk,
        )
        scene.case = actions.open_case(new=new, by=contact, at=scene.at)
    asked(scene)
    assert (steps(scene), quiet(scene)) == ([], Quiet.NO_PROMISE)


def test_case_that_nobody_has_answered_is_never_closed_for_silence(scene):
    robot = machine("checks")
    scene.reply(robot, ASKED, new_state=State.WAITING_ON_CUSTOMER)
    assert (steps(scene), quiet(scene)) == ([], Quiet.NOT_ANSWERED)


def test_opting_out_withdraws_the_steps_and_opting_in_counts_anew(scene):
    asked(scene)
    act(scene, actions.let_close, scene.dana, ASKED + HOUR, closes_itself=False)
    assert (steps(scene), quiet(scene)) == ([], Quiet.OPTED_OUT)
    act(scene, actions.let_close, scene.dana, bucharest(11, 20), closes_itself=True)
    assert steps(scene)[0] == bucharest(11, 25)
    assert entries(scene, "case_closes_itself") == ["case_closes_itself"] * 2


def test_customer_does_not_opt_out(scene):
    with pytest.raises(NotAllowed):
        act(scene, actions.let_close, scene.ana, ASKED, closes_itself=False)


def test_respite_counts_from_the_beginning_of_its_day(scene):
    asked(scene)
    act(scene, actions.give_respite, scene.ana, ASKED + HOUR, until=date(2026, 12, 3))
    # Thursday from its opening at 09:00: Friday, Monday, Tuesday
    assert steps(scene)[0] == bucharest(12, 8, 9)
    assert take_quiet_steps(at=CLOSE) == 0


def test_respite_given_before_the_question_holds(scene):
    scene.reply(scene.dana, scene.at)
    act(scene, actions.give_respite, scene.dana, scene.at, until=date(2026, 12, 3))
    asked(scene)
    assert steps(scene)[0] == bucharest(12, 8, 9)


@pytest.mark.parametrize("until", [date(2026, 11, 18), date(2026, 11, 1), date(2028, 1, 1)])
def test_respite_into_the_past_or_far_ahead_is_refused(scene, until):
    asked(scene)
    with pytest.raises(BadRespite):
        act(scene, actions.give_respite, scene.dana, ASKED, until=until)


def test_respite_where_silence_closes_nothing_is_refused(scene):
    act(scene, actions.let_close, scene.dana, scene.at, closes_itself=False)
    with pytest.raises(NeverCloses):
        act(scene, actions.give_respite, scene.dana, ASKED, until=date(2026, 12, 3))


def test_worker_that_was_away_warns_before_it_closes(scene):
    asked(scene)
    back = bucharest(12, 14)
    assert take_quiet_steps(at=back) == 1  # the reminders and the close were all due
    assert steps(scene) == [REMINDERS[0], bucharest(12, 16), bucharest(12, 23)]
    assert scene.shown().state == State.WAITING_ON_CUSTOMER
    assert take_quiet_steps(at=back + DAY) == 0


def test_closed_by_hand_leaves_nothing_to_silence(scene):
    asked(scene)
    act(scene, actions.close, scene.dana, ASKED + HOUR)
    assert take_quiet_steps(at=CLOSE) == 0
    assert told(scene) == []


def test_next_step_is_when_the_task_runs_next(scene):
    asked(scene)
    with acting(SETUP):
        assert queries.next_quiet_step(after=ASKED) == REMINDERS[0].astimezone(UTC)
        assert {row.kind for row in QuietStep.objects.all()} == {QuietKind.REMINDER, QuietKind.CLOSE}
