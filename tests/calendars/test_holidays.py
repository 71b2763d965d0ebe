from datetime import date

from backstay.calendars.holidays import public_holidays


def test_holidays_have_their_names_in_both_languages():
    found = public_holidays("RO", None, [2026])
    assert found[date(2026, 12, 1)] == {"en": "National Day", "ro": "Ziua Națională a României"}
    assert found[date(2026, 11, 30)]["en"] == "Saint Andrew's Day"
    assert {day.year for day in found} == {2026}
    assert list(found) == sorted(found)


def test_holidays_without_romanian_names_have_english_ones():
    found = public_holidays("US", None, range(2026, 2028))
    assert found[date(2026, 11, 26)] == {"en": "Thanksgiving Day"}
    assert found[date(2027, 11, 25)] == {"en": "Thanksgiving Day"}


def test_holidays_of_a_country_that_names_them_in_no_other_language():
    found = public_holidays("SM", None, [2026])
    assert set(found[date(2026, 12, 25)]) == {"en"}


def test_holidays_of_a_subdivision_are_its_own():
    assert date(2026, 3, 31) in public_holidays("US", "CA", [2026])
    assert date(2026, 3, 31) not in public_holidays("US", None, [2026])
