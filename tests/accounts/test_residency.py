from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.accounts.choices import Standing
from backstay.accounts.residency import Evidence, known_address, standing

AT = datetime(2026, 11, 18, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HERE = {"citizen_until": AT + SECOND, "declared": "US", "network": "US"}

instants = st.none() | st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)).map(  # noqa: DTZ001  # made aware at once
    lambda naive: naive.replace(tzinfo=UTC)
)
countries = st.sampled_from(["", "US", "RO", "PR"])
evidences = st.builds(
    Evidence,
    citizen_until=instants,
    declared=countries,
    network=countries,
    recent=st.frozensets(countries, max_size=3),
)


@pytest.mark.parametrize(
    ("changed", "needs_network", "expected"),
    [
        ({}, False, Standing.ELIGIBLE),
        ({}, True, Standing.ELIGIBLE),
        ({"network": ""}, False, Standing.ELIGIBLE),
        ({"network": ""}, True, Standing.NETWORK_UNKNOWN),
        ({"network": "", "recent": frozenset({"US"})}, True, Standing.NETWORK_UNKNOWN),
        ({"citizen_until": None}, False, Standing.NOT_ATTESTED),
        ({"citizen_until": AT}, False, Standing.EXPIRED),
        ({"declared": ""}, False, Standing.NOT_DECLARED),
        ({"declared": "RO"}, False, Standing.DECLARED_ABROAD),
        ({"declared": "PR"}, False, Standing.DECLARED_ABROAD),
        ({"network": "RO"}, False, Standing.SEEN_ABROAD),
        ({"recent": frozenset({"US", "RO"})}, False, Standing.SEEN_ABROAD),
    ],
)
def test_standing_says_the_first_reason(changed, needs_network, expected):
    evidence = Evidence(**(HERE | changed))
    assert standing(evidence, at=AT, needs_network=needs_network) is expected


@given(evidence=evidences, at=instants.filter(bool), needs_network=st.booleans())
def test_eligible_are_citizens_whom_every_piece_of_evidence_puts_in_the_us(evidence, at, needs_network):
    found = standing(evidence, at=at, needs_network=needs_network)
    is_citizen = evidence.citizen_until is not None and at < evidence.citizen_until
    seen = {evidence.network, *evidence.recent}
    is_here = evidence.declared == "US" and seen <= {"US", ""}
    is_known = evidence.network == "US" or not needs_network
    assert (found is Standing.ELIGIBLE) == (is_citizen and is_here and is_known)


@given(evidence=evidences, at=instants.filter(bool))
def test_asking_for_a_known_network_never_lets_anybody_in(evidence, at):
    strict = standing(evidence, at=at, needs_network=True)
    if strict is Standing.ELIGIBLE:
        assert standing(evidence, at=at, needs_network=False) is Standing.ELIGIBLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", None),
        (None, None),
        ("testserver", None),
    ],
)
def test_known_address_is_one_that_the_database_compares(text, expected):
    assert known_address(text) == expected
