"""Who may follow which live topics: from the session in the cookie to the viewer behind it."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from backstay.accounts.models import User
from backstay.accounts.queries import viewer_for
from backstay.core.live import LiveAccess
from backstay.core.scoping import Viewer, acting, machine


def live_access(sessions: Collection[str], *, at: datetime) -> dict[str, LiveAccess | None]:
    """The port of `core.live`. A session that has expired or whose password has changed is nobody's."""
    with acting(machine("live")):
        kept = Session.objects.filter(session_key__in=sessions, expire_date__gt=at)
        facts = {session.session_key: session.get_decoded() for session in kept}
        signed_in = {key: int(found[SESSION_KEY]) for key, found in facts.items() if SESSION_KEY in found}
        users = User.objects.in_bulk(set(signed_in.values()))
        allowed = {user.pk: _access(user) for user in users.values()}
        return {
            key: allowed[user_id]
            for key, user_id in signed_in.items()
            if user_id in users and _is_valid(users[user_id], facts[key].get(HASH_SESSION_KEY, ""))
        }


def _is_valid(user: User, session_hash: str) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, valid) for valid in hashes)


def _access(user: User) -> LiveAccess | None:
    viewer = viewer_for(user)
    return (
        LiveAccess(viewer, user.pk, topics_of(viewer) | {f"user:{user.pk}"}) if viewer is not None else None
    )


def topics_of(viewer: Viewer) -> frozenset[str]:
    """Staff follow every case on their side of the boundary; contacts what they may read, and their own."""
    if viewer.is_staff:
        return frozenset({"staff", "queue"} | {f"team:{team}" for team in viewer.teams})
    organisations = {f"organisation:{organisation}" for organisation in viewer.reads_organisations}
    return frozenset(organisations | {f"contact:{viewer.id}"})
