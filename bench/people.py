"""Who asks in the benchmarks: an agent with a session, a contact with a token, and long cases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from backstay.accounts import actions as accounts
from backstay.accounts.actions import ContactRights, Locale, Post
from backstay.accounts.choices import Role
from backstay.accounts.models import Contact, Organisation, Staff, User
from backstay.accounts.queries import viewer_for
from backstay.cases import actions as cases
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core import scoping
from backstay.core.scoping import Viewer
from backstay.entitlements import actions as entitlements
from backstay.entitlements.actions import ContractTerms
from backstay.entitlements.choices import ContractKind

BY = scoping.machine("bench")
CONVERSATIONS = 16
MESSAGES = 20  # of each, as ground rule 25 asks
WORDS = (
    "The gateway restarts every forty minutes since we moved to the new firmware. The log shows "
    "`watchdog: link lost` right before, on both units.\n\n- unit A: rack 4\n- unit B: rack 9\n\n"
    "Restarting it by hand brings the tunnel back for a while. Is there a version that we can go back to?"
)


@dataclass(frozen=True)
class People:
    """What the clients need: the agent's session, the contact's token, the numbers of the long cases."""

    session: str
    token: str
    cases: list[int]


def people() -> People:
    """Made by the real actions, in a database that has what ships."""
    at = datetime.now(UTC)
    with scoping.acting(BY):
        agent = _agent(at)
        contact = _contact(_organisation(at), at)
        token = accounts.issue_token(user=_user(contact), label="bench", expires_at=None, at=at)
        numbers = [_long_case(contact, agent, at - timedelta(hours=2)) for _ in range(CONVERSATIONS)]
        return People(session=_signed_in(agent), token=token, cases=numbers)


def _agent(at: datetime) -> Staff:
    team = accounts.add_team(key="bench", name="Bench", tier=1)
    return accounts.hire(
        name="Bench Agent",
        email="agent@bench.invalid",
        password="a long enough password",
        post=Post(role=Role.AGENT, team=team),
        locale=Locale(timezone="Europe/Bucharest"),
        by=BY,
        at=at,
    )


def _organisation(at: datetime) -> Organisation:
    """Covered by Platinum, round the clock."""
    made = accounts.add_organisation(name="Bench customer", region="ro", locale=Locale(), by=BY, at=at)
    year = timedelta(days=365)
    terms = ContractTerms(
        number="C-BENCH",
        kind=ContractKind.PLAN,
        region="ro",
        starts_at=at - year,
        ends_at=at + year,
        plan_key="platinum",
    )
    entitlements.sign_contract(organisation=made, terms=terms, by=BY, at=at)
    made.refresh_from_db()
    return made


def _contact(organisation: Organisation, at: datetime) -> Contact:
    contact = accounts.add_contact(
        organisation=organisation,
        name="Bench Contact",
        email="contact@bench.invalid",
        rights=ContactRights(),
        locale=Locale(),
        by=BY,
        at=at,
    )
    accounts.let_sign_in(contact=contact, password="a long enough password", by=BY, at=at)
    return contact


def _user(person: Contact | Staff) -> User:
    assert person.user is not None
    return person.user


def _viewer(person: Contact | Staff) -> Viewer:
    found = viewer_for(_user(person), at=datetime.now(UTC))
    assert found is not None
    return found


def _long_case(contact: Contact, agent: Staff, at: datetime) -> int:
    """A case whose two sides write in turn, three minutes apart; no two messages are alike."""
    case = _opened(contact, at)
    sides = [_viewer(contact), _viewer(agent)]
    for turn in range(1, MESSAGES):
        by = sides[turn % 2]
        with scoping.acting(by):
            said = at + timedelta(minutes=3 * turn)
            message = NewMessage(body=f"{WORDS}\n\nThis is message {turn} of {case.reference}.")
            cases.reply(case_id=case.pk, message=message, seen=None, by=by, at=said)
    return case.number


def _opened(contact: Contact, at: datetime) -> Case:
    by = _viewer(contact)
    new = NewCase(
        subject="The gateway restarts every forty minutes",
        message=NewMessage(body=WORDS),
        severity="S2",
        channel=Channel.PORTAL,
        organisation_id=contact.organisation_id,
    )
    with scoping.acting(by):
        return cases.open_case(new=new, by=by, at=at)


def _signed_in(agent: Staff) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(agent.user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = _user(agent).get_session_auth_hash()
    session.create()
    return str(session.session_key)
