from dataclasses import replace

from django.utils.translation import override

from backstay.plans.advisor import Answers, advise, channels_to_ask_about, response_times


def advised(catalogue, **answers):
    with override("en"):
        return [(advice.plan.key, advice.suits) for advice in advise(catalogue, Answers(**answers))]


def reasons(catalogue, plan, lang="en", **answers):
    with override(lang):
        found = next(advice for advice in advise(catalogue, Answers(**answers)) if advice.plan.key == plan)
        return [(reason.words, reason.for_it) for reason in found.reasons]


def test_questions_are_those_that_tell_plans_apart(shipped_catalogue):
    assert [channel.key for channel in channels_to_ask_about(shipped_catalogue)] == ["live_chat", "phone"]
    assert response_times(shipped_catalogue) == (3600, 7200, 14400)


def test_without_needs_every_plan_suits_the_smallest_first(shipped_catalogue):
    assert advised(shipped_catalogue) == [
        ("silver", True),
        ("gold", True),
        ("platinum", True),
        ("emerald-us", True),
    ]


def test_around_the_clock_needs_a_plan_whose_people_never_close(shipped_catalogue):
    assert advised(shipped_catalogue, around_the_clock=True) == [
        ("platinum", True),
        ("emerald-us", True),
        ("silver", False),
        ("gold", False),
    ]
    assert reasons(shipped_catalogue, "platinum", around_the_clock=True) == [
        ("People answer around the clock: Case (ticket) in the portal, Phone.", True)
    ]
    assert reasons(shipped_catalogue, "gold", around_the_clock=True) == [
        ("No channel on which people answer is open around the clock.", False)
    ]


def test_channels_wanted_say_their_hours(shipped_catalogue):
    assert advised(shipped_catalogue, channels=frozenset({"live_chat", "phone"})) == [
        ("platinum", True),
        ("emerald-us", True),
        ("gold", False),
        ("silver", False),
    ]
    assert reasons(shipped_catalogue, "gold", channels=frozenset({"phone", "live_chat"})) == [
        ("Live agent chat: 24 hours, business days.", True),
        ("Phone: not included.", False),
    ]


def test_speed_wanted_compares_the_severest_target(shipped_catalogue):
    assert advised(shipped_catalogue, blocker_within_s=7200)[:2] == [("gold", True), ("platinum", True)]
    assert reasons(shipped_catalogue, "silver", blocker_within_s=7200) == [
        ("S1 & S2: answered within 4 hours.", False)
    ]


def test_speed_in_business_days_is_never_a_number_of_hours(shipped_catalogue):
    silver = shipped_catalogue.plans["silver"]
    slow = replace(silver, targets=(replace(silver.target("S4"), severities=("S1",)),))
    catalogue = replace(shipped_catalogue, plans={"silver": slow})
    assert advised(catalogue, blocker_within_s=10**9) == [("silver", False)]
    assert response_times(catalogue) == ()


def test_us_only_leaves_the_bound_plan(shipped_catalogue):
    assert advised(shipped_catalogue, us_only=True)[0] == ("emerald-us", True)
    assert advised(shipped_catalogue, us_only=True)[1:] == [
        ("silver", False),
        ("gold", False),
        ("platinum", False),
    ]
    assert reasons(shipped_catalogue, "emerald-us") == [
        ("Only US citizens on US soil give this support and see its cases.", None)
    ]


def test_region_rules_out_plans_not_sold_there(shipped_catalogue):
    assert advised(shipped_catalogue, region="ro")[-1] == ("emerald-us", False)
    assert reasons(shipped_catalogue, "emerald-us", region="ro")[0] == (
        "It is given from United States, Eastern only.",
        False,
    )


def test_reasons_are_told_in_romanian(shipped_catalogue):
    assert reasons(shipped_catalogue, "silver", lang="ro", channels=frozenset({"phone"}), us_only=True) == [
        ("Telefon: Nu este inclus.", False),
        ("Nu este limitat la cetățeni americani aflați pe teritoriul SUA.", False),
    ]
