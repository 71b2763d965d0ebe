import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.plans.catalogue import Mark
from backstay.plans.catalogue.ladders import read_mark
from backstay.plans.choices import Axis, Do, MarkKind


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("target 75 %", Mark(kind=MarkKind.TARGET, count=75)),
        ("target 50%", Mark(kind=MarkKind.TARGET, count=50)),
        ("breach", Mark(kind=MarkKind.BREACH)),
        ("breach + 15 minutes", Mark(kind=MarkKind.BREACH, seconds=900)),
        ("age 4 hours", Mark(kind=MarkKind.AGE, seconds=14400)),
        ("age 3 days", Mark(kind=MarkKind.AGE, seconds=259200)),
        ("silence 4 business hours", Mark(kind=MarkKind.SILENCE, seconds=14400, business=True)),
        ("reopened 2 times", Mark(kind=MarkKind.REOPENED, count=2)),
        ("reassigned 1 time", Mark(kind=MarkKind.REASSIGNED, count=1)),
    ],
)
def test_marks_are_read(text, mark):
    assert read_mark(text) == mark


@pytest.mark.parametrize("text", ["", "target 0 %", "target 100 %", "breach 15 minutes", "age", "age 4", "x"])
def test_what_is_no_mark_is_told_what_would_be(text):
    with pytest.raises(ValueError, match=r'is no mark; write such as "target 75 %", "breach"'):
        read_mark(text)


def test_a_business_day_is_no_amount_of_a_mark():
    with pytest.raises(ValueError, match=r"^a business day has no fixed number of seconds"):
        read_mark("age 2 business days")


times = st.builds(
    Mark,
    kind=st.sampled_from([MarkKind.AGE, MarkKind.SILENCE, MarkKind.BREACH]),
    seconds=st.integers(1, 90_000).map(lambda minutes: minutes * 60),
    business=st.booleans(),
)
counts = st.builds(
    Mark,
    kind=st.sampled_from([MarkKind.TARGET, MarkKind.REOPENED, MarkKind.REASSIGNED]),
    count=st.integers(1, 99),
)


@given(times | counts)
def test_a_mark_written_is_read_back(mark):
    assert read_mark(str(mark)) == mark


def test_two_axes():
    assert [do for do in Do if do.axis is Axis.FUNCTIONAL] == [
        Do.NOTIFY_ASSIGNEE,
        Do.TIER_UP,
        Do.PAGE_ON_CALL,
    ]


def test_a_severity_climbs_the_steps_that_name_it(shipped_catalogue):
    marks = [step.mark for step in shipped_catalogue.plans["gold"].ladder.steps_of("S4")]
    assert marks == [
        "target 75 %",
        "breach",
        "breach + 8 business hours",
        "silence 24 business hours",
        "reopened 2 times",
        "reassigned 3 times",
    ]
