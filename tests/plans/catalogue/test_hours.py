import pytest

from backstay.plans.catalogue.hours import overlaps, read_opening, read_window, week_of
from businesstime import Window

H = 3600


def test_opening_names_its_days_and_its_window():
    assert read_opening("tue-thu 08:30-24:00") == ((1, 2, 3), Window(8 * H + 1800, 24 * H))
    assert read_opening("sun 00:00-01:00") == ((6,), Window(0, H))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("monday to friday", '"monday to friday" is not an opening; write such as "mon-fri 08:00-20:00"'),
        (
            "mon-fre 08:00-20:00",
            '"fre" is not a day; days are mon, tue, wed, thu, fri, sat, sun',
        ),
        (
            "fri-mon 08:00-20:00",
            '"fri-mon 08:00-20:00" runs over the end of the week; weeks start on mon, so write two openings',
        ),
    ],
)
def test_opening_that_is_none_says_what_one_is(text, says):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the words are compared below
        read_opening(text)
    assert str(error.value) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("8-20", '"8-20" is not a window of a day; write such as "08:00-20:00"'),
        ("08:00-24:30", '"08:00-24:30" has a time that no day has; days run from 00:00 to 24:00'),
        ("08:60-20:00", '"08:60-20:00" has a time that no day has; days run from 00:00 to 24:00'),
        (
            "22:00-06:00",
            (
                '"22:00-06:00" does not end after it starts; '
                "hours over midnight are two windows, up to 24:00 and on"
            ),
        ),
    ],
)
def test_window_that_is_none_says_what_one_is(text, says):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the words are compared below
        read_window(text)
    assert str(error.value) == says


def test_week_has_seven_days_with_sorted_windows():
    week = week_of(("mon-tue 13:00-17:00", "mon 08:00-12:00"))
    afternoon = Window(13 * H, 17 * H)
    assert week == ((Window(8 * H, 12 * H), afternoon), (afternoon,), (), (), (), (), ())


def test_windows_that_touch_do_not_overlap():
    morning, noon, late = Window(0, 10 * H), Window(10 * H, 12 * H), Window(11 * H, 13 * H)
    assert overlaps((morning, noon)) is None
    assert overlaps((morning, noon, late)) == (noon, late)
