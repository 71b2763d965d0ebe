import re

import pytest

from backstay.plans.catalogue import BadCatalogue, Plan, read
from businesstime import Span, Unit


def wrong(source):
    with pytest.raises(BadCatalogue) as error:
        read(source)
    return [re.sub(r"^line \d+: ", "", str(problem)) for problem in error.value.problems]


def without_parts(source):
    """The shipped catalogue as it was before it had ladders and the like."""
    return source[: source.index("[tiers]")].replace('ladder = "standard"\n', "")


def test_plans_carry_what_becomes_of_their_cases(shipped_catalogue):
    silver = shipped_catalogue.plans["silver"]
    assert silver.ladder == shipped_catalogue.ladders["standard"]
    assert silver.reopening.days == 14
    assert [(each.key, each.reminder_days, each.close_days, each.calendar) for each in silver.closing] == [
        (severity, (3, 5), 10, "business-hours") for severity in ("S2", "S3", "S4")
    ]
    assert silver.closing_of("S1") is None


def test_handover_targets_run_on_the_plans_own_coverage(shipped_catalogue):
    targets = {key: plan.handover_target("S1") for key, plan in shipped_catalogue.plans.items()}
    assert {key: (target.span, target.calendar) for key, target in targets.items()} == {
        "silver": (Span(Unit.BUSINESS_HOURS, 3600), "12x5"),
        "gold": (Span(Unit.BUSINESS_HOURS, 3600), "24x5"),
        "platinum": (Span(Unit.BUSINESS_HOURS, 3600), "24x7"),
        "emerald-us": (Span(Unit.BUSINESS_HOURS, 3600), "24x7"),
    }
    assert shipped_catalogue.plans["gold"].handover_target("S3").calendar == "business-hours"


def test_requests_have_a_time_within_which_they_are_answered(shipped_catalogue):
    assert {key: request.within_s for key, request in shipped_catalogue.requests.items()} == {
        "urgent": 1800,
        "timely": 3600,
        "not_urgent": 7200,
    }


def test_a_catalogue_without_these_parts_says_that_nothing_happens(shipped_source):
    found = read(without_parts(shipped_source))
    gold = found.catalogue.plans["gold"]
    assert found.warnings == ()
    assert (gold.ladder, gold.closing, gold.handover, gold.reopening) == (None, (), (), None)
    assert (found.catalogue.tiers, found.catalogue.requests) == ({}, {})


def test_terms_written_before_these_parts_existed_are_read(shipped_source):
    plan = read(without_parts(shipped_source)).catalogue.plans["gold"]
    written = plan.to_dict()
    for part in ("handover", "closing", "reopening", "ladder"):
        del written[part]
    assert Plan.from_dict(written) == plan


@pytest.mark.parametrize("key", ["silver", "emerald-us"])
def test_terms_come_back_as_they_were(shipped_catalogue, key):
    plan = shipped_catalogue.plans[key]
    assert Plan.from_dict(plan.to_dict()) == plan


FAULTS = [
    (
        'mark = "target 75 %"',
        'mark = "taget 75 %"',
        """ladders.standard.steps[0].mark: "taget 75 %" is no mark; write such as "target 75 %", "breach",
        "breach + 15 minutes", "age 4 hours", "silence 4 business hours", "reopened 2 times" or
        "reassigned 3 times\"""",
    ),
    (
        'do = ["tier up"]',
        'do = ["tire up"]',
        """ladders.standard.steps[5].do[0]: "tire up" will not do. Did you mean "tier up"? Allowed:
        notify assignee, notify leads, notify management, tier up, page on-call, page management.""",
    ),
    (
        'severities = ["S1", "S2"], mark = "breach"',
        'severities = ["S1", "S3"], mark = "breach"',
        """ladders.standard.steps[2].mark: S3 has a step at "breach" already; let that one do both""",
    ),
    (
        'severities = ["S3", "S4"], mark = "breach"',
        'severities = ["S3", "P5"], mark = "breach"',
        """ladders.standard.steps[2].severities[1]: "P5" is not known here. Allowed: S1, S2, S3, S4.""",
    ),
    (
        'ladder = "standard"',
        'ladder = "standart"',
        """plans.silver.ladder: "standart" is not known here. Did you mean "standard"? Allowed: standard.""",
    ),
    (
        'reminders = ["3 days", "5 days"]\nclose = "10 days"',
        'reminders = ["3 days", "5 days"]\nclose = "5 days"',
        """closing.S2.reminders: reminders come one after another, and all of them before the case is
        closed""",
    ),
    (
        'close = "10 days"',
        'close = "10 hours"',
        """closing.S2.close: business days are counted here; write such as "3 days\"""",
    ),
    (
        "[closing.S2]",
        "[closing.P9]",
        """closing.P9: "P9" is not known here. Allowed: S1, S2, S3, S4.""",
    ),
    (
        'amount = "1 hour"\ncalendar = "coverage of case"\n\n[handover.lower]',
        'amount = "1 hour"\ncalendar = "coverage of phone"\n\n[handover.lower]',
        """handover.blocker.calendar: plan "silver" does not include the channel "phone", so it never
        opens there""",
    ),
    (
        'tier_3 = { en = "Level 3"',
        'tier_4 = { en = "Level 3"',
        """tiers.tier_4: "tier_4" is not known here. Did you mean "tier_3"? Allowed: tier_1, tier_2,
        tier_3, engineering, lead.""",
    ),
    (
        'within = "30 minutes"',
        'within = "soon"',
        """requests.urgent.within: "soon" is no amount of time; write "30 minutes", "4 hours" or "1 day\"""",
    ),
    (
        "[reopening]\ndays = 14",
        "[reopening]\ndais = 14",
        """reopening.dais: there is no key "dais" here. Did you mean "days"? Allowed: days.""",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), FAULTS)
def test_what_is_wrong_is_said_with_what_is_allowed(shipped_source, old, new, says):
    assert old in shipped_source
    assert " ".join(says.split()) in wrong(shipped_source.replace(old, new, 1))


def test_a_ladder_that_nobody_climbs_is_only_a_warning(shipped_source):
    found = read(shipped_source.replace('ladder = "standard"\n', ""))
    assert [str(warning).split(": ", 1)[1] for warning in found.warnings] == [
        "ladders.standard: no plan climbs this ladder"
    ]
