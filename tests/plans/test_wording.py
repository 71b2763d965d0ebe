from dataclasses import replace

import pytest
from django.utils.translation import override

from backstay.plans import wording
from backstay.plans.catalogue import CalendarTemplate
from businesstime import Unit


def template(*openings, holidays):
    return CalendarTemplate(key="x", name={"en": "x"}, open=openings, holidays=holidays)


@pytest.mark.parametrize(
    ("openings", "holidays", "english", "romanian"),
    [
        (["mon-sun 00:00-24:00"], False, "24 hours, 7 days", "24 de ore (7 zile pe săptămână)"),
        (["mon-sun 08:00-20:00"], False, "12 hours, 7 days", "12 ore (7 zile pe săptămână)"),
        (["mon-fri 12:00-13:00"], True, "1 hour, business days", "1 oră (zile lucrătoare)"),
        (
            ["mon-fri 08:00-12:00", "mon-fri 13:00-17:00"],
            True,
            "8 hours, business days",
            "8 ore (zile lucrătoare)",
        ),
    ],
)
def test_hours_that_are_alike_are_counted(openings, holidays, english, romanian):
    found = template(*openings, holidays=holidays)
    with override("en"):
        assert wording.hours(found) == english
    with override("ro"):
        assert wording.hours(found) == romanian


@pytest.mark.parametrize(
    ("openings", "holidays", "words"),
    [
        (["mon 08:00-12:00"], False, "Monday 08:00-12:00"),
        (
            ["mon-tue 08:00-12:00", "mon 13:00-17:00"],
            True,
            "Monday 08:00-12:00 13:00-17:00, Tuesday 08:00-12:00, closed on holidays",
        ),
    ],
)
def test_hours_of_other_weeks_are_spelt_out(openings, holidays, words):
    with override("en"):
        assert wording.hours(template(*openings, holidays=holidays)) == words


def test_hours_promise_no_business_days_where_holidays_are_worked():
    with override("en"):
        words = wording.hours(template("mon-fri 08:30-17:00", holidays=True))
        assert words.startswith("Monday 08:30-17:00, ")
        assert wording.hours(template("mon-fri 09:00-17:00", holidays=False)).startswith(
            "Monday 09:00-17:00, "
        )
        assert wording.hours(template("mon-sun 00:00-24:00", holidays=True)).endswith(", closed on holidays")


@pytest.mark.parametrize(
    ("unit", "amount", "coverage_of", "english", "romanian"),
    [
        (Unit.ELAPSED, 1800, None, "within 30 minutes", "În termen de 30 de minute"),
        (Unit.BUSINESS_HOURS, 5400, "case", "within 90 minutes", "În termen de 90 de minute"),
        (Unit.BUSINESS_HOURS, 900, None, "within 15 business minutes", "În termen de 15 minute lucrătoare"),
        (Unit.BUSINESS_HOURS, 3600, None, "within 1 business hour", "În termen de 1 oră lucrătoare"),
        (Unit.ELAPSED, 86400, None, "within 24 hours", "În termen de 24 de ore"),
        (Unit.BUSINESS_DAYS, 2, None, "within 2 business days", "În termen de 2 zile lucrătoare"),
    ],
)
def test_within_names_the_amount_and_its_clock(
    shipped_catalogue, unit, amount, coverage_of, english, romanian
):
    target = replace(
        shipped_catalogue.plans["gold"].target("S1"), unit=unit, amount=amount, coverage_of=coverage_of
    )
    with override("en"):
        assert wording.within(target) == english
    with override("ro"):
        assert wording.within(target) == romanian
