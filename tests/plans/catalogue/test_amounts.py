from hypothesis import given
from hypothesis import strategies as st

from backstay.plans.catalogue.amounts import read_amount, write_amount
from businesstime import Unit


def test_amounts_are_written_in_their_largest_word():
    assert write_amount(Unit.BUSINESS_DAYS, 1) == "1 day"
    assert write_amount(Unit.BUSINESS_HOURS, 14400) == "4 hours"
    assert write_amount(Unit.ELAPSED, 5400) == "90 minutes"


@given(st.integers(1, 999_999), st.sampled_from(["minute", "hour"]))
def test_amounts_written_are_read_back(count, word):
    amount = read_amount(f"{count} {word}s").seconds
    assert read_amount(write_amount(Unit.ELAPSED, amount)).seconds == amount
