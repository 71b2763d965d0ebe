"""Fills django-helpdesk with tickets, inside its own environment; see bench.helpdesk.

    python -m bench.helpdesk_fill TICKETS

Prints the token, the session and the numbers of tickets with twenty follow-ups as JSON.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402  # Django is set up by now
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402  # as above
from django.core.management import call_command  # noqa: E402  # as above
from django.utils import timezone  # noqa: E402  # as above
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402  # as above
from rest_framework.authtoken.models import Token  # noqa: E402  # as above

BATCH = 2000
WORDS = "The gateway restarts every forty minutes since we moved to the new firmware. " * 4
OPEN_SHARE = 10  # every tenth ticket is open


def main(tickets: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    user = get_user_model().objects.create_superuser("bench", "agent@bench.invalid", "a long enough password")
    queue = Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@bench.invalid",
        new_ticket_cc="lead@bench.invalid",
        escalate_days=2,
    )
    _fill(queue, user, tickets)
    long = [_long(queue, user) for _ in range(8)]
    token, _ = Token.objects.get_or_create(user=user)
    told = {"token": token.key, "session": _session(user), "queue": queue.pk, "tickets": long}
    sys.stdout.write(json.dumps(told))


def _fill(queue: Queue, user: object, tickets: int) -> None:
    """Five follow-ups each, as Backstay's cases have messages."""
    now = timezone.now()
    for start in range(0, tickets, BATCH):
        made = Ticket.objects.bulk_create(
            Ticket(
                title=f"Gateway {number} restarts every forty minutes",
                queue=queue,
                created=now - timedelta(minutes=number),
                submitter_email=f"contact{number % 500}@bench.invalid",
                status=Ticket.OPEN_STATUS if number % OPEN_SHARE == 0 else Ticket.CLOSED_STATUS,
                description=WORDS,
                priority=1 + number % 5,
                due_date=now + timedelta(hours=number % 100),
            )
            for number in range(start, min(start + BATCH, tickets))
        )
        FollowUp.objects.bulk_create(
            FollowUp(ticket=ticket, date=now, title="Comment", comment=WORDS, public=True, user=user)
            for ticket in made
            for _ in range(5)
        )


def _long(queue: Queue, user: object) -> int:
    ticket = Ticket.objects.create(
        title="The gateway restarts every forty minutes",
        queue=queue,
        created=timezone.now(),
        submitter_email="contact@bench.invalid",
        description=WORDS,
    )
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, date=timezone.now(), title="Comment", comment=WORDS, public=True, user=user)
        for _ in range(19)
    )
    return ticket.pk


def _session(user: object) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


if __name__ == "__main__":
    main(int(sys.argv[1]))
