import pytest
from django.utils.translation import override

from backstay.core.scoping import Boundary
from backstay.plans.catalogue import BadCatalogue, read
from backstay.plans.choices import TargetKind
from businesstime import Span, Unit


def line(source, text):
    """The number of the first line that has `text`."""
    return next(number for number, words in enumerate(source.splitlines(), 1) if text in words)


def changed(source, old, new):
    assert old in source
    return source.replace(old, new, 1)


def wrong(source):
    with pytest.raises(BadCatalogue) as error:
        read(source)
    return [str(problem) for problem in error.value.problems]


def test_shipped_catalogue_reads_without_warnings(shipped_source):
    found = read(shipped_source)
    assert found.warnings == ()
    assert list(found.catalogue.plans) == ["silver", "gold", "platinum", "emerald-us"]
    assert list(found.catalogue.severities) == ["S1", "S2", "S3", "S4"]


def test_plan_carries_everything_that_its_promises_need(shipped_catalogue):
    silver = shipped_catalogue.plans["silver"]
    assert silver.coverage == {"case": "12x5", "chatbot": "24x7", "live_chat": None, "phone": None}
    first, second = silver.target("S1"), silver.target("S4")
    assert (first.span, first.calendar, first.coverage_of) == (
        Span(Unit.BUSINESS_HOURS, 14400),
        "12x5",
        "case",
    )
    assert (second.span, second.calendar, second.coverage_of) == (
        Span(Unit.BUSINESS_DAYS, 1),
        "business-hours",
        None,
    )
    assert (first.kind, first.pauses, first.warn_percent) == (TargetKind.COMMITMENT, True, 75)


def test_boundary_and_regions_are_those_of_the_plan(shipped_catalogue):
    emerald = shipped_catalogue.plans["emerald-us"]
    assert (emerald.boundary, emerald.regions, emerald.us_only) == (Boundary.US, ("us",), True)
    assert emerald.region("ro") == "us"
    assert shipped_catalogue.plans["gold"].region("ro") == "ro"


def test_plans_are_ordered_by_rank_not_by_place(shipped_source):
    source = changed(shipped_source, "rank = 10", "rank = 35")
    assert list(read(source).catalogue.plans) == ["gold", "platinum", "silver", "emerald-us"]


def test_text_that_is_no_toml_names_its_line():
    assert wrong("format = 1\n\n[plans\nx = 1\n") == [
        "line 3: this is not TOML: Expected ']' at the end of a table declaration"
    ]
    assert wrong("format = 1\nx = [1,\n") == ["line 3: this is not TOML: Invalid value"]


def test_misspelt_value_names_line_place_allowed_and_what_was_meant(shipped_source):
    source = changed(shipped_source, 'unit = "business_days"', 'unit = "busines_days"')
    assert wrong(source) == [
        (
            f"line {line(source, 'busines_days')}: plans.silver.targets.lower.unit: "
            '"busines_days" will not do. Did you mean "business_days"? '
            "Allowed: elapsed, business_hours, business_days."
        )
    ]


def test_misspelt_key_names_line_and_what_was_meant(shipped_source):
    source = changed(shipped_source, "triage_tier = 1", "triage_teir = 1")
    number = line(source, "triage_teir")
    assert wrong(source) == [
        f'line {line(source, "[plans.silver]")}: plans.silver: "triage_tier" is missing',
        (
            f'line {number}: plans.silver.triage_teir: there is no key "triage_teir" here. '
            'Did you mean "triage_tier"? '
            "Allowed: boundary, coverage, ladder, name, rank, regions, targets, triage_tier."
        ),
    ]


def test_every_problem_is_listed_in_order_of_lines(shipped_source):
    source = changed(shipped_source, 'zone = "Europe/Bucharest"', 'zone = "Europe/Bukarest"')
    source = changed(source, "\nholidays = true", '\nholidays = "yes"')
    source = changed(source, "rank = 20", 'rank = "20"')
    numbers = [line(source, text) for text in ('holidays = "yes"', "Bukarest", 'rank = "20"')]
    places = ["calendars.24x5.holidays", "regions.ro.zone", "plans.gold.rank"]
    told = [words.split(": ")[:2] for words in wrong(source)]
    assert told == [[f"line {number}", place] for number, place in zip(numbers, places, strict=True)]


# Where the fault is told, when that is not the changed line itself.
PLACES = {
    "severities.S2": "[severities.S2]",
    "severities.S3": "[severities.S3]",
    "calendars": "[calendars.",
    "plans": "[plans.silver]",
}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'live_chat = "13x5"',
            'live_chat = "13x6"',
            (
                'plans.emerald-us.coverage.live_chat: "13x6" is not known here. Did you mean "13x5"? '
                "Allowed: 24x7, 24x5, 13x5, 12x5, business-hours, none."
            ),
        ),
        (
            'regions = ["us"]',
            'regions = ["usa"]',
            'plans.emerald-us.regions[0]: "usa" is not known here. Did you mean "us"? Allowed: ro, us.',
        ),
        (
            'severities = ["S1", "S2"]',
            'severities = ["S1"]',
            "severities.S2: no band has this severity, so no target covers it",
        ),
        (
            'severities = ["S1", "S2"]',
            'severities = ["S1", "S2", "S3"]',
            "severities.S3: more than one band has this severity",
        ),
        (
            'severities = ["S1", "S2"]',
            'severities = ["S1", "S2", "S5"]',
            'bands.blocker.severities[2]: "S5" is not known here. Allowed: S1, S2, S3, S4.',
        ),
        (
            "rank = 40",
            "rank = 30  # again",
            (
                "plans.emerald-us.rank: rank 30 is already that of platinum, "
                "and the highest rank held has to decide"
            ),
        ),
        (
            'open = ["mon-fri 08:00-20:00"]',
            'open = ["mon-fri 08:00-20:00", "fri 19:00-21:00"]',
            "calendars.12x5.open: 08:00-20:00 and 19:00-21:00 overlap on one day",
        ),
        (
            'open = ["mon-fri 08:00-20:00"]',
            'open = ["mon-fri 08:00"]',
            'calendars.12x5.open[0]: "08:00" is not a window of a day; write such as "08:00-20:00"',
        ),
        (
            'amount = "1 day"',
            'amount = "8 hours"',
            (
                'plans.silver.targets.lower.amount: business_days counts whole days; write "1 day", '
                "or take the unit business_hours"
            ),
        ),
        (
            'amount = "4 hours"',
            "amount = 4",
            (
                'plans.silver.targets.blocker.amount: "4" is no amount of time; '
                'write "30 minutes", "4 hours" or "1 day"'
            ),
        ),
        (
            'amount = "4 hours"',
            'amount = "2 days"',
            (
                "plans.silver.targets.blocker.amount: business_hours counts hours and minutes, "
                "and a day has no fixed number of them"
            ),
        ),
        (
            'calendar = "coverage of case"',
            'calendar = "coverage of phone"',
            (
                'plans.silver.targets.blocker.calendar: the plan does not include the channel "phone", '
                "so its coverage never opens"
            ),
        ),
        (
            'country = "RO"',
            'country = "RO", subdivision = "XX"',
            'regions.ro.holidays.subdivision: "XX" is not known here.',
        ),
        (
            "first_year = 2024, last_year = 2035",
            "first_year = 2036, last_year = 2035",
            "regions.ro.holidays.last_year: the last year lies before the first",
        ),
        (
            'name = { en = "Silver", ro = "Argint" }',
            'name = { ro = "Argint" }',
            'plans.silver.name: the English text is missing: every text has at least "en"',
        ),
        (
            "[calendars.24x5]",
            "[calendars.none]",
            'calendars: no calendar may be called "none": in a coverage that is "not included"',
        ),
        (
            "[plans.silver]",
            '[plans.silver]\nkey = "argint"',
            'plans: "silver" has an entry "key", but the name of a table is its key',
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(shipped_source, old, new, says):
    source = changed(shipped_source, old, new)
    place = PLACES.get(says.split(":")[0], new)
    assert wrong(source)[0] == f"line {line(source, place)}: {says}"


def test_missing_target_and_channel_are_said(shipped_source):
    head = '[plans.silver.targets.lower]\nunit = "business_days"\namount = "1 day"\n'
    source = changed(shipped_source, f'{head}calendar = "business-hours"\n', "")
    source = changed(source, ', live_chat = "none", phone = "none" }', ', phone = "none" }')
    coverage = line(source, 'phone = "none" }')
    targets = line(source, "[plans.silver.targets.blocker]")
    assert wrong(source) == [
        (
            f'line {coverage}: plans.silver.coverage: channel "live_chat" is missing; '
            'where it is not included, write "none"'
        ),
        (
            f'line {targets}: plans.silver.targets: the target of band "lower" is missing: '
            "every severity has one"
        ),
    ]


def test_unit_without_its_calendar_lists_the_calendars(shipped_source):
    source = changed(shipped_source, 'calendar = "coverage of case"\n', "")
    assert wrong(source) == [
        (
            f"line {line(source, '[plans.silver.targets.blocker]')}: plans.silver.targets.blocker.calendar: "
            "this unit needs a calendar Allowed: 24x7, 24x5, 13x5, 12x5, business-hours, coverage of case, "
            "coverage of chatbot, coverage of live_chat, coverage of phone."
        )
    ]


def test_long_lists_of_what_is_allowed_are_cut(shipped_source):
    says = wrong(changed(shipped_source, 'country = "RO"', 'country = "ROM"'))[0]
    assert 'Did you mean "RO"?' in says
    assert says.endswith(", and others.")
    assert len(says) < 250


def test_elapsed_target_outside_the_hours_of_people_is_only_a_warning(shipped_source):
    old = 'unit = "business_hours"\namount = "4 hours"\ncalendar = "coverage of case"'
    source = changed(shipped_source, old, 'unit = "elapsed"\namount = "4 hours"')
    found = read(source)
    assert list(map(str, found.warnings)) == [
        (
            f"line {line(source, 'elapsed')}: plans.silver.targets.blocker.unit: "
            "elapsed time also runs while nobody is there, so the target may be past keeping"
        )
    ]
    assert found.catalogue.plans["silver"].target("S1").calendar is None


def test_target_calendar_beyond_the_coverage_is_only_a_warning(shipped_source):
    source = changed(shipped_source, 'calendar = "coverage of case"', 'calendar = "24x7"')
    number = line(source, 'calendar = "24x7"')
    assert [str(warning) for warning in read(source).warnings] == [
        (
            f"line {number}: plans.silver.targets.blocker.calendar: "
            "this calendar is open while nobody is there, so the target may be past keeping"
        )
    ]


def test_elapsed_target_with_a_calendar_is_refused(shipped_source):
    old = 'unit = "business_hours"\namount = "4 hours"\ncalendar = "coverage of case"'
    source = changed(shipped_source, old, 'unit = "elapsed"\namount = "4 hours"\ncalendar = "24x7"')
    number = line(source, 'calendar = "24x7"')
    assert wrong(source) == [
        (
            f"line {number}: plans.silver.targets.blocker.calendar: elapsed time runs "
            "without a calendar; leave it out, or take the unit business_hours"
        )
    ]


def test_problems_are_told_in_the_readers_language(shipped_source):
    with override("ro"):
        assert wrong(changed(shipped_source, "rank = 40", "rank = 30"))[0].endswith(
            "plans.emerald-us.rank: rangul 30 este deja al planului platinum, "
            "iar cel mai înalt rang deținut trebuie să decidă"
        )


def test_faults_of_shape_do_not_hide_the_others(shipped_source):
    source = changed(shipped_source, 'unit = "business_days"', 'unit = "busines_days"')
    source = changed(source, 'zone = "Europe/Bucharest"', 'zone = "Europe/Bukarest"')
    source = changed(source, "rank = 10", 'rank = "10"')
    source = changed(source, "triage_tier = 2", "triage_tier = 2\ndiscount = 5")
    source = changed(source, 'name = { en = "Romania", ro = "România" }', "name = { en = 1 }")
    source = changed(source, 'live_chat = "13x5"', 'live_chat = "13x6"')
    source = changed(source, "rank = 40", "rank = 30  # again")
    assert [words.split(": ")[1] for words in wrong(source)] == [
        "regions.ro.name.en",
        "regions.ro.zone",
        "plans.silver.rank",
        "plans.silver.targets.lower.unit",
        "plans.platinum.discount",
        "plans.emerald-us.rank",
        "plans.emerald-us.coverage.live_chat",
    ]


def test_nothing_is_said_that_only_follows_from_another_fault(shipped_source):
    source = changed(shipped_source, 'severities = ["S1", "S2"]', "severities = 2")
    assert [words.split(": ")[1] for words in wrong(source)] == ["bands.blocker.severities"]
    source = changed(shipped_source, 'amount = "1 day"', 'amount = "1 dya"')
    assert [words.split(": ")[1] for words in wrong(source)] == ["plans.silver.targets.lower.amount"]
