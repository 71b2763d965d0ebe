"""Who is a US citizen on US soil right now: the pure rule behind the boundary (ground rules 14).

US-person status opens nothing, roles make no difference, and what is unknown or in conflict is outside.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from backstay.accounts.choices import Standing

HOME = "US"  # the fifty states and the District of Columbia; territories have codes of their own
CONFLICT = timedelta(minutes=5)  # nobody is in two countries within that time


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a member of staff at an instant.

    `citizen_until`: when the last attestation of US citizenship in force, or the last to have expired, ends.
    `declared`: the country that they say they work from now, empty when they say nothing.
    `network`: the country of the network they are on, empty for one that nobody listed.
    `recent`: the countries of the networks that they were seen on within `CONFLICT` before.
    """

    citizen_until: datetime | None
    declared: str
    network: str
    recent: frozenset[str] = frozenset()


def standing(evidence: Evidence, *, at: datetime, needs_network: bool) -> Standing:
    """Eligible at `at`, or the first reason why not.

    An unlisted network says nothing by itself: people work from home. With `needs_network` it is not enough.
    """
    if evidence.citizen_until is None:
        return Standing.NOT_ATTESTED
    if evidence.citizen_until <= at:
        return Standing.EXPIRED
    return _located(evidence, needs_network=needs_network)


def _located(evidence: Evidence, *, needs_network: bool) -> Standing:
    """Of a citizen: whether they are on US soil."""
    if not evidence.declared:
        return Standing.NOT_DECLARED
    if evidence.declared != HOME:
        return Standing.DECLARED_ABROAD
    if ({evidence.network} | evidence.recent) - {HOME, ""}:
        return Standing.SEEN_ABROAD
    if needs_network and evidence.network != HOME:
        return Standing.NETWORK_UNKNOWN
    return Standing.ELIGIBLE


def known_address(text: str | None) -> str | None:
    """An address as the database compares it, or None for what is no address (a Unix socket's peer)."""
    try:
        found = ipaddress.ip_address((text or "").split("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
