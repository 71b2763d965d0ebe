import struct
import zoneinfo
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import pytest

from businesstime import Calendar, Window
from businesstime.compilation import RULES_BEGIN, RULES_END, Compiler
from businesstime.instants import to_datetime
from businesstime.tables import Table

OFFICE = ((Window.parse("00:30", "02:30"), Window.parse("09:00", "24:00")),) * 5 + ((), ())
ODD_ZONES = (
    "Europe/Bucharest",
    "America/New_York",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)


def changes_of(zone: str) -> tuple[int, ...]:
    """The instants, in seconds, at which the zone's file says that something changes (RFC 9636)."""
    places = [Path(folder, zone) for folder in zoneinfo.TZPATH]
    found = next((place.read_bytes() for place in places if place.is_file()), None)
    content = found or resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    is_utc, is_standard, leaps, times, types, letters = struct.unpack(">6l", content[20:44])
    second = 44 + times * 5 + types * 6 + letters + leaps * 8 + is_standard + is_utc
    count = struct.unpack(">l", content[second + 32 : second + 36])[0]
    return struct.unpack(f">{count}q", content[second + 44 : second + 44 + 8 * count])


def test_no_zone_changes_its_rules_outside_the_years_compiled_one_by_one() -> None:
    low, high = (
        datetime(RULES_BEGIN, 2, 1, tzinfo=UTC).timestamp(),
        datetime(RULES_END, 12, 1, tzinfo=UTC).timestamp(),
    )
    zones = zoneinfo.available_timezones()
    assert len(zones) > 400
    assert {zone for zone in zones if not all(low < change < high for change in changes_of(zone))} == set()


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_shared_years_are_what_compiling_each_would_give(zone: str) -> None:
    compiler = Compiler(Calendar(zone, OFFICE, yearly_holidays=frozenset({(2, 29), (12, 25)})))
    for year in (2, 1700, 1799, 2101, 2104, 2110, 2128, 2200, 2501, 9998):
        assert compiler.year(year) == compiler._compile(year)


def test_years_with_dated_exceptions_are_never_shared() -> None:
    exceptions = frozenset({date(2150, 3, 2)})
    compiler = Compiler(Calendar("Etc/UTC", OFFICE, holidays=exceptions))
    days = {year: len(compiler.year(year).days) for year in (2150, 2178)}  # of the same layout
    assert days == {2150: 260, 2178: 261}


def test_year_is_told_in_ticks_since_its_first_instant() -> None:
    compiler = Compiler(Calendar("Asia/Kathmandu", OFFICE))
    year = compiler.year(2026)
    assert to_datetime(compiler.edge(2026)) == datetime(2025, 12, 31, 18, 15, tzinfo=UTC)
    hour = 3600 * 1_000_000
    assert (year.starts[0], year.ends[0], year.before[:3]) == (
        hour // 2,
        5 * hour // 2,
        (0, 2 * hour, 17 * hour),
    )
    assert (year.total, year.days[:4]) == (261 * 17 * hour, (0, 1, 4, 5))


def test_table_grows_both_ways_without_moving_positions() -> None:
    table = Table(Calendar("Europe/Bucharest", OFFICE))
    middle = table.compiler.edge(2026) + 12345
    position = table.position(middle)
    earlier, later = (table.position(table.compiler.edge(year)) for year in (2020, 2033))
    totals = [table.compiler.year(year).total for year in range(2020, 2033)]
    assert (table.position(middle), later - earlier) == (position, sum(totals))
    assert table.position(table.compiler.edge(2026)) - earlier == sum(totals[:6])
