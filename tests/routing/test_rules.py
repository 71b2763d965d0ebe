from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import businesstime
from backstay.cases.choices import TIERS, Queue
from backstay.routing import rules
from backstay.routing.choices import Declared, Fact, RuleKind, SkillKind, Standing, Unroutable
from backstay.routing.decisions import CaseFacts, DeskFacts, Person, Room, Rule
from backstay.routing.shipped import RULES
from businesstime import Calendar, Window

AT = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Bucharest"))
OFFICE = Calendar("Europe/Bucharest", ((Window.parse("09:00", "17:00"),),) * 5 + ((), ()))
NIGHT = Calendar("Europe/Bucharest", ((Window.parse("22:00", "24:00"),),) * 7)
NEVER = Calendar("UTC", ((),) * 7)
HOUR = timedelta(hours=1)
DESK = DeskFacts()
OPEN_CASE = CaseFacts(boundary="open", queue="tier_1", channel="portal", language="ro")
BOUND_CASE = CaseFacts(boundary="us", queue="tier_1", channel="portal", language="en")


def person(number: int = 1, **values) -> Person:
    """Somebody of level 1 who said an hour ago that they are available, and was heard of just now."""
    given = {
        "name": f"Agent {number:03}",
        "language": "en",
        "tier": 1,
        "team": "Level 1",
        "leads": False,
        "is_eligible": False,
        "declared": Declared.AVAILABLE,
        "since": AT - HOUR,
        "heartbeat_at": AT,
    }
    return Person(id=number, **given | values)


def room(*people: Person, at: datetime = AT, using=RULES) -> Room:
    settled = [replace(each, standing=rules.standing(each, at=at, desk=DESK)) for each in people]
    return Room(at=at, people=settled, rules=using, desk=DESK)


def shut_out(case: CaseFacts, somebody: Person, at: datetime = AT) -> Fact | None:
    (candidate,) = rules.decide(case, room(somebody, at=at)).candidates
    return candidate.excluded_by.rule.fact if candidate.excluded_by else None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Standing.AVAILABLE),
        ({"declared": Declared.BUSY}, Standing.BUSY),
        ({"declared": Declared.AWAY}, Standing.AWAY),
        ({"declared": None}, Standing.UNDECLARED),
        ({"heartbeat_at": AT - timedelta(seconds=300)}, Standing.AVAILABLE),
        ({"heartbeat_at": AT - timedelta(seconds=301)}, Standing.LAPSED),
        ({"declared": Declared.AWAY, "heartbeat_at": AT - HOUR}, Standing.AWAY),
        ({"absences": ((AT - HOUR, AT + HOUR),)}, Standing.ABSENT),
        ({"absences": ((AT - HOUR, AT),)}, Standing.AVAILABLE),
        ({"calendar": OFFICE}, Standing.AVAILABLE),
        ({"calendar": NIGHT}, Standing.AVAILABLE),  # chosen off shift, and no shift since
        ({"calendar": NIGHT, "since": AT - 12 * HOUR}, Standing.OFF_SHIFT),  # chosen at 22:00, over at 24:00
        ({"calendar": NEVER}, Standing.AVAILABLE),
    ],
)
def test_standing_believes_what_is_fresh_and_within_the_shift(values, expected):
    assert rules.standing(person(**values), at=AT, desk=DESK) is expected


def test_standing_ends_with_the_shift_that_it_was_chosen_in():
    somebody = person(calendar=OFFICE, since=AT)
    ends = AT.replace(hour=17)
    found = [
        rules.standing(replace(somebody, heartbeat_at=at), at=at, desk=DESK)
        for at in (ends - timedelta(seconds=1), ends)
    ]
    assert found == [Standing.AVAILABLE, Standing.OFF_SHIFT]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, None),
        ({"tier": 2}, Fact.TIER),
        ({"declared": Declared.BUSY}, Fact.AVAILABLE),
        ({"load": {"portal": 9}}, None),
        ({"load": {"portal": 10}}, Fact.CAPACITY),
        ({"load": {"api": 6, "portal": 4}}, Fact.CAPACITY),
        ({"load": {"portal": 2}, "limits": {"portal": 2}}, Fact.CAPACITY),
        ({"load": {"api": 2}, "limits": {"portal": 2}}, None),
        ({"load": {"api": 2}, "limits": {"": 2}}, Fact.CAPACITY),
        ({"limits": {"": 0}}, Fact.CAPACITY),
        ({"language": "de"}, Fact.LANGUAGE),
        ({"language": "de", "skills": {(SkillKind.LANGUAGE, "ro"): 1}}, None),
        ({"language": "de", "skills": {(SkillKind.LANGUAGE, "en"): 1}}, None),
        ({"language": "ro"}, None),
    ],
)
def test_decision_shuts_out_with_the_first_rule_that_fails(values, expected):
    assert shut_out(OPEN_CASE, person(**values)) is expected


def test_weights_of_channels_count_against_the_limit():
    heavy = DeskFacts(weights={"api": 5})
    full = replace(room(person(load={"api": 2})), desk=heavy)
    assert rules.decide(OPEN_CASE, full).chosen is None
    assert rules.decide(OPEN_CASE, replace(full, desk=DESK)).chosen is not None


def test_bound_case_goes_to_eligible_people_only():
    decision = rules.decide(BOUND_CASE, room(person(1), person(2, is_eligible=True)))
    assert [(each.staff_id, each.excluded_by is None) for each in decision.candidates] == [
        (2, True),
        (1, False),
    ]


def test_bound_case_stays_within_the_boundary_without_any_rule():
    decision = rules.decide(BOUND_CASE, room(person(1), using=[]))
    assert (decision.chosen, decision.unroutable) == (None, Unroutable.NOBODY_SUITS)


def test_lead_queue_is_for_leads_of_any_team():
    decision = rules.decide(
        replace(OPEN_CASE, queue=Queue.LEAD), room(person(1), person(2, leads=True, tier=3))
    )
    assert decision.chosen is not None
    assert decision.chosen.staff_id == 2


def test_tier_rule_may_let_higher_tiers_in():
    rule = Rule(kind=RuleKind.REQUIRE, fact=Fact.TIER, argument=rules.OR_ABOVE)
    found = [rules.decide(OPEN_CASE, room(person(tier=tier), using=[rule])).chosen for tier in (1, 2)]
    assert [each is not None for each in found] == [True, True]
    second = replace(OPEN_CASE, queue=Queue.TIER_2)
    assert rules.decide(second, room(person(tier=1), using=[rule])).chosen is None


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"skills": {(SkillKind.PRODUCT, "gateway"): 4}}, {"skills": {(SkillKind.PRODUCT, "gateway"): 3}}),
        ({"skills": {(SkillKind.PRODUCT, "line"): 2}}, {}),
        ({"skills": {(SkillKind.TOPIC, "licence"): 1}}, {"skills": {(SkillKind.TOPIC, "network"): 5}}),
        ({"language": "ro"}, {}),
        ({"load": {"portal": 2}}, {"load": {"portal": 3}}),
        ({"last_at": AT - 3 * HOUR}, {"last_at": AT - 2 * HOUR}),
        ({}, {"last_at": AT - HOUR}),
    ],
)
def test_decision_prefers(better, worse):
    case = replace(OPEN_CASE, product="gateway", product_line="line", topics=frozenset({"licence"}))
    decision = rules.decide(case, room(person(1, **worse), person(2, **better)))
    assert decision.chosen is not None
    assert decision.chosen.staff_id == 2


def test_decision_prefers_who_answered_the_customer_before():
    decision = rules.decide(replace(OPEN_CASE, previous=2), room(person(1), person(2)))
    assert decision.chosen is not None
    assert decision.chosen.staff_id == 2


def test_required_skill_asks_for_its_level():
    rule = Rule(kind=RuleKind.REQUIRE, fact=Fact.PRODUCT, argument="3")
    case = replace(OPEN_CASE, product="gateway")
    levels = [
        rules.decide(case, room(person(skills={(SkillKind.PRODUCT, "gateway"): level}), using=[rule]))
        for level in (2, 3)
    ]
    assert [each.chosen is not None for each in levels] == [False, True]
    assert rules.decide(OPEN_CASE, room(person(), using=[rule])).chosen is not None


def test_next_shift_passes_over_absences_that_touch():
    tomorrow = AT.replace(day=19, hour=9)
    absences = ((AT, tomorrow + 2 * HOUR), (tomorrow + 2 * HOUR, tomorrow + 3 * HOUR))
    somebody = person(calendar=OFFICE, absences=absences)
    assert rules.next_shift(somebody, after=AT) == tomorrow + 3 * HOUR


@pytest.mark.parametrize(
    ("calendar", "expected"), [(None, None), (NEVER, None), (OFFICE, AT.replace(day=19, hour=9))]
)
def test_next_shift_is_not_the_one_that_runs(calendar, expected):
    assert rules.next_shift(person(calendar=calendar), after=AT) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([], Unroutable.NOBODY_SUITS),
        ([{"tier": 2}], Unroutable.NOBODY_SUITS),
        ([{"declared": Declared.AWAY}], Unroutable.ALL_AWAY),
        ([{"declared": Declared.AWAY, "calendar": OFFICE}], Unroutable.ALL_AWAY),
        ([{"declared": Declared.AWAY, "calendar": NIGHT}], Unroutable.NOBODY_ON_SHIFT),
        ([{"declared": None}], None),  # nobody uses shifts or availability
        ([{"declared": None, "calendar": OFFICE}], None),
        ([{"declared": None, "calendar": NIGHT}], Unroutable.NOBODY_ON_SHIFT),
        ([{"declared": None}, {"declared": Declared.AWAY}], Unroutable.ALL_AWAY),
        ([{"declared": Declared.BUSY}], None),
        ([{"load": {"portal": 10}}], None),
    ],
)
def test_case_is_unroutable_where_nobody_comes_in_time(people, expected):
    case = replace(OPEN_CASE, due_at=AT + 2 * HOUR)
    there = [person(number, **values) for number, values in enumerate(people)]
    assert rules.decide(case, room(*there)).unroutable is expected


def test_case_is_unroutable_until_just_before_the_shift_that_comes_in_time():
    begins = AT.replace(hour=22)
    away = person(calendar=NIGHT, declared=Declared.AWAY)
    found = [
        rules.decide(replace(OPEN_CASE, due_at=due), room(away)).unroutable
        for due in (begins, begins + timedelta(seconds=1))
    ]
    assert found == [Unroutable.NOBODY_ON_SHIFT, None]


people = st.builds(
    person,
    st.integers(1, 40),
    tier=st.integers(1, 4),
    leads=st.booleans(),
    is_eligible=st.booleans(),
    language=st.sampled_from(["en", "ro", "de"]),
    declared=st.sampled_from([None, *Declared]),
    since=st.timedeltas(timedelta(0), timedelta(days=4)).map(lambda ago: AT - ago),
    heartbeat_at=st.timedeltas(timedelta(0), timedelta(minutes=7)).map(lambda ago: AT - ago),
    calendar=st.sampled_from([None, OFFICE, NIGHT, NEVER]),
    absences=st.sampled_from([(), ((AT - HOUR, AT + HOUR),)]),
    load=st.dictionaries(st.sampled_from(["portal", "api"]), st.integers(0, 12)),
    last_at=st.none() | st.timedeltas(timedelta(0), timedelta(days=2)).map(lambda ago: AT - ago),
)
crowds = st.lists(people, max_size=8, unique_by=lambda each: each.id)
facts = st.builds(
    CaseFacts,
    boundary=st.sampled_from(["open", "us"]),
    queue=st.sampled_from(list(Queue)),
    channel=st.sampled_from(["portal", "api"]),
    language=st.sampled_from(["en", "ro"]),
    previous=st.none() | st.integers(1, 40),
    returned_by=st.frozensets(st.integers(1, 40), max_size=3),
    due_at=st.none() | st.timedeltas(-HOUR, timedelta(days=3)).map(lambda ahead: AT + ahead),
)


@given(facts, crowds)
def test_decision_chooses_nobody_whom_the_law_of_the_house_shuts_out(case, crowd):
    """Said once more, without the rules."""
    chosen = rules.decide(case, room(*crowd)).chosen
    if chosen is None:
        return
    (somebody,) = [each for each in crowd if each.id == chosen.staff_id]
    assert somebody.declared is Declared.AVAILABLE
    assert AT - somebody.heartbeat_at <= timedelta(minutes=5)
    assert not somebody.absences
    assert case.boundary == "open" or somebody.is_eligible
    assert sum(somebody.load.values()) < 10
    assert somebody.id not in case.returned_by
    assert somebody.leads if case.queue == Queue.LEAD else TIERS[somebody.tier - 1] == case.queue


@given(facts, crowds)
def test_decision_names_everybody_once_and_the_chosen_has_the_most_points(case, crowd):
    decision = rules.decide(case, room(*crowd))
    assert {each.staff_id for each in decision.candidates} == {each.id for each in crowd}
    assert len(decision.candidates) == len(crowd)
    able = [each for each in decision.candidates if each.excluded_by is None]
    assert (decision.chosen is None) == (not able)
    assert [each.points for each in able] == sorted((each.points for each in able), reverse=True)
    assert all(
        verdict.passed for each in able for verdict in each.verdicts if verdict.rule.kind is RuleKind.REQUIRE
    )


@given(facts, crowds)
def test_decision_is_the_same_in_whatever_order_people_are_read(case, crowd):
    first, second = (rules.decide(case, room(*each)) for each in (crowd, crowd[::-1]))
    assert (first.chosen and first.chosen.staff_id) == (second.chosen and second.chosen.staff_id)


@given(facts, crowds)
def test_unroutable_is_said_of_no_case_that_somebody_present_may_take(case, crowd):
    """Whoever is present, and lacks nothing but room, will take it."""
    found = room(*crowd)
    decision = rules.decide(case, found)
    by_id = {each.id: each for each in found.people}
    passing = [
        by_id[each.staff_id].standing in rules.PRESENT
        for each in decision.candidates
        if each.excluded_by is None or each.excluded_by.rule.fact in rules.PASSING
    ]
    if any(passing):
        assert decision.unroutable is None


@given(facts, crowds)
def test_lanes_never_hide_a_case_that_somebody_would_get(case, crowd):
    found = room(*crowd)
    (lane,) = [
        each for each in rules.lanes(found) if (each.queue, each.boundary) == (case.queue, case.boundary)
    ]
    decision = rules.decide(case, found)
    assert lane.is_free or decision.chosen is None


@given(facts, crowds)
def test_lanes_never_hide_a_hopeless_case(case, crowd):
    """Those that only the lane's own rules decide; what else is required is found when a case is opened."""
    found = room(*crowd, using=[rule for rule in RULES if rule.fact in {Fact.TIER, Fact.AVAILABLE}])
    (lane,) = [
        each for each in rules.lanes(found) if (each.queue, each.boundary) == (case.queue, case.boundary)
    ]
    if rules.decide(case, found).unroutable is None:
        return
    assert lane.here_at is None or lane.here_at >= (case.due_at or AT + timedelta(days=1))


@given(people, st.timedeltas(timedelta(0), timedelta(days=10)))
def test_next_shift_begins_on_shift_and_after(somebody, ahead):
    after = AT + ahead
    found = rules.next_shift(somebody, after=after)
    if found is None:
        assert somebody.calendar in {None, NEVER}
        return
    assert found >= after
    assert businesstime.is_open(somebody.calendar, found)
    assert not any(begin <= found < end for begin, end in somebody.absences)
