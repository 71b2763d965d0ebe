"""The promise on the form is the due instant of the clock that the case then gets, whatever the instant."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting
from backstay.entitlements.queries import check
from backstay.plans import queries as plans
from backstay.portal.views.promises import explained, offer

SEVERITIES = ("S1", "S2", "S3", "S4")
INSTANTS = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 2), severity=st.sampled_from(SEVERITIES), at=INSTANTS)
def test_offer_is_what_the_clock_then_promises(customers, number, severity, at):
    viewer = customers[number]
    with acting(viewer):
        decision = check(organisation_id=viewer.own_organisation, at=at)
        offered = offer(decision, severity, plans.severities(at))
        new = NewCase(
            subject="x",
            message=NewMessage(body="x"),
            severity=severity,
            channel=Channel.PORTAL,
            organisation_id=viewer.own_organisation,
        )
        opened = actions.open_case(new=new, by=viewer, at=at)
        case = queries.by_number(opened.number)
        why = explained(case, case.current_clocks[0], at=at)
    assert offered.chosen.due_at == case.next_due_at == why.due_at
    assert {row.key: row.due_at for row in offered.rows}[severity] == case.next_due_at
    assert (offered.chosen.reason, offered.chosen.hours) == (why.reason, why.hours)
    assert [(span.start, span.end, span.kind) for span in offered.chosen.spans] == [
        (span.start, span.end, span.kind) for span in why.spans
    ]
