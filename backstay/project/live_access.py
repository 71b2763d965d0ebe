"""Who may follow which live topics: from the session in the cookie to the viewer behind it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from backstay.accounts.models import User
from backstay.accounts.queries import viewer_for
from backstay.core.live import Caller, LiveAccess
from backstay.core.scoping import Viewer, acting, machine


def live_access(callers: Collection[Caller], *, at: datetime) -> dict[Caller, LiveAccess | None]:
    """The port of `core.live`. A session that has expired or whose password has changed is nobody's."""
    with acting(machine("live")):
        sessions = {caller.session for caller in callers}
        kept = Session.objects.filter(session_key__in=sessions, expire_date__gt=at)
        facts = {session.session_key: session.get_decoded() for session in kept}
        users = User.objects.in_bulk(
            {int(found[SESSION_KEY]) for found in facts.values() if SESSION_KEY in found}
        )
        signed_in = {
            key: user
            for key, found in facts.items()
            if (user := users.get(int(found.get(SESSION_KEY, 0))))
            and _is_valid(user, found.get(HASH_SESSION_KEY, ""))
        }
        looked_up = {
            (user.pk, caller.address): user for caller in callers if (user := signed_in.get(caller.session))
        }
        allowed = {key: _access(user, key[1], at) for key, user in looked_up.items()}
        return {
            caller: allowed[signed_in[caller.session].pk, caller.address]
            for caller in callers
            if caller.session in signed_in
        }


def _is_valid(user: User, session_hash: str) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, valid) for valid in hashes)


def _access(user: User, address: str, at: datetime) -> LiveAccess | None:
    viewer = viewer_for(user, at=at, address=address)
    return (
        LiveAccess(viewer, user.pk, topics_of(viewer) | {f"user:{user.pk}"}) if viewer is not None else None
    )


def topics_of(viewer: Viewer) -> frozenset[str]:
    """Staff follow every case on their side of the boundary; contacts what they may read, and their own."""
    if viewer.is_staff:
        return frozenset({"staff", "queue"} | {f"team:{team}" for team in viewer.teams})
    organisations = {f"organisation:{organisation}" for organisation in viewer.reads_organisations}
    return frozenset(organisations | {f"contact:{viewer.id}"})


def heard(request: HttpRequest) -> dict[str, Any]:
    """Context processor: each page of somebody signed in is live, from the event that it began at."""
    return {"live_after": getattr(request, "heard", None)}
