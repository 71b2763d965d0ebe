from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.entitlements import rules
from backstay.entitlements.choices import NoPromise
from backstay.entitlements.decisions import Holding, Question
from businesstime import Calendar, Window
from tests.entitlements.moments import AT

DAY = timedelta(days=1)
LINES = st.sampled_from([None, 1, 2])
HOLDINGS = st.lists(
    st.builds(
        lambda start, length, line, plan: held(start, start + length if length else None, line, plan),
        start=st.integers(-3, 3),
        length=st.integers(0, 4),
        line=LINES,
        plan=st.sampled_from(["", "silver", "gold"]),
    ),
    max_size=5,
)


def held(start: int, end: int | None, line: int | None = None, plan: str = "gold", **facts) -> Holding:
    """From so many days after AT until so many."""
    return Holding(
        source="test",
        kind="plan",
        boundary="open",
        starts_at=AT + start * DAY,
        ends_at=None if end is None else AT + end * DAY,
        plan_key=plan,
        product_line_id=line,
        product_line=f"line {line}" if line else "",
        **{"number": f"{start}..{end}", **facts},
    )


def question(line: int | None = None) -> Question:
    return Question(organisation_id=1, product_line_id=line, at=AT)


@pytest.mark.parametrize(
    ("holdings", "line", "reason", "number"),
    [
        ([], None, NoPromise.NO_CONTRACT, ""),
        ([held(-9, None, plan="")], None, NoPromise.NO_CONTRACT, ""),
        ([held(-9, 0), held(-9, -2)], None, NoPromise.EXPIRED, "-9..0"),
        ([held(-9, -2), held(5, None), held(3, 9)], None, NoPromise.NOT_STARTED, "3..9"),
        ([held(-9, None, 2)], 1, NoPromise.OTHER_PRODUCT, "-9..None"),
        ([held(-9, None, 2), held(-9, -1, 1)], 1, NoPromise.EXPIRED, "-9..-1"),
        ([held(-9, -1, 2)], 1, NoPromise.EXPIRED, "-9..-1"),
        ([held(-9, None, 2), held(3, None)], 1, NoPromise.NOT_STARTED, "3..None"),
    ],
)
def test_lack_tells_of_what_comes_nearest(holdings, line, reason, number):
    lack = rules.lack(holdings, question(line))
    assert (lack.reason, lack.number) == (reason, number)


@given(holdings=HOLDINGS, line=LINES)
def test_lack_has_every_fact_that_its_wording_needs(holdings, line):
    lack = rules.lack(
        [each for each in holdings if each not in rules.covering(holdings, question(line))], question(line)
    )
    assert bool(lack.number) == (lack.reason is not NoPromise.NO_CONTRACT)
    assert bool(lack.instant) == (lack.reason in {NoPromise.EXPIRED, NoPromise.NOT_STARTED})
    assert bool(lack.lines) == (lack.reason is NoPromise.OTHER_PRODUCT)


def test_covering_is_half_open_in_time():
    assert [rules.is_running(held(0, 1), AT + days * DAY) for days in (-1, 0, 1)] == [False, True, False]


def test_highest_takes_the_first_of_equal_ranks():
    ranks = {"silver": 10, "gold": 20}
    holdings = [
        held(-1, None, plan=plan, number=number) for number, plan in enumerate(["silver", "gold", "gold"])
    ]
    assert rules.highest(holdings, ranks) == holdings[1]


def test_highest_passes_over_what_has_no_known_plan():
    assert rules.highest([held(-1, None, plan=""), held(-1, None, plan="gone")], {"gold": 20}) is None


@pytest.mark.parametrize(
    ("sides", "expected"), [([], "open"), (["open", "open"], "open"), (["open", "us"], "us")]
)
def test_boundary_is_bound_as_soon_as_anything_is(sides, expected):
    assert rules.boundary(sides) == expected


def test_channel_of_a_calendar_that_never_opens_has_no_hours():
    never = Calendar("UTC", week=((),) * 7)
    found = rules.channel("phone", never, AT, connected=True)
    assert (found.open_now, found.opens_at, found.closes_at) == (False, None, None)


def test_channel_that_is_not_connected_tells_its_hours_all_the_same():
    hours = Calendar("UTC", week=((Window.parse("07:00", "09:00"),),) * 7)
    found = rules.channel("phone", hours, AT, connected=False)
    assert (found.open_now, found.within_hours, found.closes_at) == (False, True, AT + timedelta(hours=1))
