from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from backstay.accounts import actions
from backstay.accounts.choices import CaseView
from backstay.accounts.models import Staff, User
from backstay.core import scoping
from backstay.core.live import Caller, LiveAccess
from backstay.project.live_access import live_access
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
MACHINE = scoping.machine("test")
HERE = actions.Locale(language="ro", timezone="Europe/Bucharest")


@pytest.fixture
def made(acting_as) -> None:
    acting_as(MACHINE)


@pytest.fixture
def agent(made, at) -> Staff:
    return Cast(at).staff("Ada", eligible_us=True)


def signed_in(user: User, **changed: str) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = changed.get("session_hash", user.get_session_auth_hash())
    session.create()
    return session.session_key


def allowed(*sessions: str, at, address: str = "") -> dict[str, LiveAccess | None]:
    found = live_access([Caller(session, address) for session in sessions], at=at)
    return {caller.session: access for caller, access in found.items()}


def test_staff_follow_the_queue_their_team_and_themselves(agent, at):
    session = signed_in(agent.user)
    access = allowed(session, at=at)[session]
    assert access.topics == {"staff", "queue", f"team:{agent.team_id}", f"user:{agent.user_id}"}
    assert (access.viewer.sees_us, access.user_id) == (True, agent.user_id)


@pytest.mark.parametrize("case_view", list(CaseView))
def test_contact_follows_the_organisation_only_when_they_may_read_it(made, at, case_view):
    customer = actions.add_organisation(name="Acme", region="ro", locale=HERE, by=MACHINE, at=at)
    contact = actions.add_contact(
        organisation=customer,
        name="Bo",
        email="bo@example.test",
        rights=actions.ContactRights(case_view=case_view),
        locale=HERE,
        by=MACHINE,
        at=at,
    )
    user = actions.let_sign_in(contact=contact, password="made up 2", by=MACHINE, at=at)
    session = signed_in(user)
    organisation = {f"organisation:{customer.pk}"} if case_view == CaseView.ORGANISATION else set()
    assert allowed(session, at=at)[session].topics == organisation | {
        f"contact:{contact.pk}",
        f"user:{user.pk}",
    }


def test_session_without_anybody_behind_it_is_nobodys(agent, at):
    empty = SessionStore()
    empty.create()
    forged = signed_in(agent.user, session_hash="of an older password")
    assert allowed("unknown", empty.session_key, forged, at=at) == {}


def test_session_that_has_expired_is_nobodys(agent, at):
    session = signed_in(agent.user)
    expiry = SessionStore(session).get_expiry_date()
    assert set(allowed(session, at=expiry - timedelta(seconds=1))) == {session}
    assert allowed(session, at=expiry + timedelta(seconds=1)) == {}


def test_user_who_may_do_nothing_here_follows_nothing(agent, at):
    session = signed_in(agent.user)
    Staff.objects.update(is_active=False)
    assert allowed(session, at=at) == {session: None}


def test_change_of_eligibility_changes_the_access(agent, at):
    session = signed_in(agent.user)
    before = allowed(session, at=at)
    Cast(at).declare(agent, "RO", at)
    assert (before[session].viewer.sees_us, allowed(session, at=at)[session].viewer.sees_us) == (True, False)
