import ast
import re
from pathlib import Path

import pytest

from backstay.cases import actions
from backstay.cases.choices import State
from backstay.console import wording
from backstay.core.models import AuditEntry
from backstay.entitlements.choices import NoPromise
from businesstime import Reason

FACTS = {
    "case_opened": {"severity": "S1", "no_promise": ""},
    "case_replied": {"message": 1},
    "case_noted": {"message": 1},
    "case_state_changed": {"old": "new", "new": "triage", "reason": "because"},
    "case_severity_changed": {"old": "S2", "new": "S1", "reason": "two clusters"},
    "case_assigned": {"old": None, "new": 3, "name": "Dana"},
    "case_corrected": {"old": {"product": 1, "device": None}, "new": {"product": 2, "device": 5}},
    "participant_added": {"contact": 1, "name": "Radu"},
    "case_clock_marked": {
        "mark": "breach",
        "clock": 1,
        "clock_kind": "first_response",
        "due_at": "2026-11-18T10:00:00+00:00",
    },
    "case_handed_over": {"old": "tier_1", "new": "tier_2", "assignee": None},
    "case_owner_changed": {"old": None, "new": 3, "name": "Lia"},
    "case_reminded": {"number": 2},
    "case_closes_itself": {"new": False},
    "case_respite": {"until": "2026-12-03"},
    "case_linked": {"other": 10002, "link": "related", "is_back": False},
    "case_unlinked": {"other": 10002, "link": "duplicate", "is_back": True},
    "case_incident_changed": {"old": None, "new": 4},
}
NAMES = wording.Names(products={1: "Gateway", 2: "Kiosk"}, devices={5: "K-5"})


def written_kinds() -> set[str]:
    """Every kind of entry that the verbs of a case write, read off what their source hands on."""
    folder = Path(actions.__file__).parent
    handed_on = [
        each.value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for each in node.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return {value for value in handed_on if re.fullmatch("(case|participant)_[a-z_]+", value)}


def test_every_kind_of_entry_has_a_wording():
    told = {kind for kind in wording.history_wording if kind.startswith(("case_", "participant_"))}
    assert written_kinds() == told == set(FACTS)


@pytest.mark.parametrize(
    ("kind", "changed", "text"),
    [
        ("case_opened", {}, "Opened the case with severity S1"),
        ("case_opened", {"no_promise": "expired"}, "Opened the case with severity S1, without a promise"),
        ("case_replied", {}, "Wrote a message"),
        ("case_noted", {}, "Wrote an internal note"),
        ("case_state_changed", {}, "Changed the state from “New” to “Triage”"),
        ("case_severity_changed", {}, "Changed the severity from S2 to S1"),
        ("case_assigned", {}, "Assigned the case to Dana"),
        ("case_assigned", {"new": None}, "Gave the case back to the queue"),
        ("case_corrected", {}, "Corrected the subject matter from Gateway to Kiosk, K-5"),
        ("participant_added", {}, "Let Radu take part"),
        ("case_handed_over", {}, "Handed the case over from “Level 1” to “Level 2”"),
        ("case_owner_changed", {}, "Made Lia answer for the case"),
        ("case_reminded", {}, "Reminded the customer, reminder 2"),
        ("case_closes_itself", {}, "Said that silence does not close the case"),
        ("case_closes_itself", {"new": True}, "Let silence close the case"),
        ("case_respite", {"until": ""}, "Took back the time that the customer was given"),
        ("case_incident_changed", {}, "Made the case part of the major incident MI-4"),
        ("case_incident_changed", {"old": 4, "new": None}, "Took the case out of the major incident MI-4"),
        ("case_clock_marked", {}, "First response: the promise was broken at 18 Nov 2026, 10:00 UTC"),
        (
            "case_clock_marked",
            {"mark": "warning"},
            "First response: three quarters of the time had run at 18 Nov 2026, 10:00 UTC",
        ),
    ],
)
def test_entries_are_told_in_words(kind, changed, text):
    assert wording.line(AuditEntry(kind=kind, facts=FACTS[kind] | changed), NAMES).text == text


def test_reasons_that_people_gave_are_told():
    told = [wording.line(AuditEntry(kind=kind, facts=FACTS[kind]), NAMES).reason for kind in sorted(FACTS)]
    assert [reason for reason in told if reason] == ["two clusters", "because"]


def test_every_stretch_and_every_lack_has_words():
    assert set(wording.STRETCHES) == set(Reason)
    assert set(wording.NO_PROMISE) == set(NoPromise)


def test_a_stretch_tells_its_holiday_and_its_pause():
    assert wording.stretch(Reason.HOLIDAY, "Saint Andrew") == "holiday: Saint Andrew"
    assert wording.stretch(Reason.PAUSED, "waiting_on_customer") == "waiting on the customer"
    assert wording.stretch(Reason.OPEN, "") == "within the hours that count"


def test_a_refusal_without_words_is_raised_again():
    with pytest.raises(KeyError):
        wording.refusal(KeyError("x"))


def test_counts_are_told_with_their_noun():
    assert [wording.cases_found(count) for count in ("0", "1", "37", "1000+")] == [
        "0 cases",
        "1 case",
        "37 cases",
        "1000+ cases",
    ]


def test_every_state_has_a_label():
    assert len({wording.state_label(state) for state in State}) == len(State)
