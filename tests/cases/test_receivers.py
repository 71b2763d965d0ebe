from datetime import timedelta

from backstay.cases import actions, queries
from backstay.cases.choices import State
from backstay.core import audit, readers
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting, machine
from backstay.sla.jobs import sweep
from tests.core.outbox import number

HOUR = timedelta(hours=1)


def test_clock_mark_is_written_into_the_case_and_told_to_staff(scene):
    number()
    readers.drain("cases.clock-marks", scene.at)
    due = scene.case.next_due_at
    sweep(at=due)
    number()
    readers.drain("cases.clock-marks", due)
    with acting(machine("test")):
        marks = [
            entry.facts["mark"]
            for entry in audit.of(("case", scene.case.pk)).filter(kind="case_clock_marked")
        ]
        events = OutboxEvent.objects.filter(name="CaseClockMarked").order_by("id")
        told = [(event.payload["mark"], event.topics) for event in events]
    topics = ["queue", f"case:{scene.case.pk}"]
    assert marks == ["warning", "breach"]
    assert told == [("warning", topics), ("breach", topics)]


def test_clock_mark_of_a_superseded_clock_stays_out_of_the_case(scene):
    with acting(scene.dana):
        old = queries.clocks_of(scene.case)[0]
    with acting(scene.ana):
        actions.close(case_id=scene.case.pk, seen=None, by=scene.ana, at=scene.at + HOUR)
        actions.reopen(case_id=scene.case.pk, reason="again", seen=None, by=scene.ana, at=scene.at + 2 * HOUR)
    with acting(machine("test")):
        by = machine("test")
        actions.record_mark(
            clock_id=old.clock_id, mark="breach", due_at="2026-11-19T08:00:00Z", by=by, at=scene.at
        )
        kinds = {entry.kind for entry in audit.of(("case", scene.case.pk))}
    assert kinds == {"case_opened", "case_state_changed"}
    assert scene.shown().state == State.IN_PROGRESS


def test_clock_mark_found_by_a_severity_change_reaches_the_case(scene):
    due = scene.case.next_due_at
    with acting(scene.ana):
        change = {"reason": "it got worse", "seen": None, "by": scene.ana, "at": due - 0.5 * HOUR}
        actions.change_severity(case_id=scene.case.pk, new="S1", **change)
    number()
    readers.drain("cases.clock-marks", due)
    with acting(machine("test")):
        kinds = audit.of(("case", scene.case.pk)).filter(kind="case_clock_marked")
        assert [entry.facts["mark"] for entry in kinds] == ["warning"]
