from datetime import timedelta

import pytest

from backstay.accounts.choices import Role
from backstay.cases import actions, queries
from backstay.cases.actions import (
    BadIncident,
    IncidentOver,
    NotAllowed,
    NotAssignable,
    NotInIncident,
)
from backstay.cases.choices import Criterion, State
from backstay.cases.jobs import send_incident_notices
from backstay.cases.models import Incident, IncidentNotice
from backstay.conversations import queries as conversations
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.sla.choices import ClockState
from tests.cases.conftest import said
from tests.cases.test_linking import opened
from tests.fixtures.cast import SETUP

HOUR = timedelta(hours=1)


@pytest.fixture
def incident(scene):
    with acting(scene.dana):
        return actions.declare(
            title="Mail is held up",
            criteria=[Criterion.SEVERAL_CUSTOMERS_DOWN],
            owner_id=scene.dana.id,
            by=scene.dana,
            at=scene.at,
        )


def put(scene, case, incident, by=None, at=None):
    by = by or scene.dana
    with acting(by):
        pk = incident.pk if incident else None
        return actions.put_into_incident(case_id=case.pk, incident_id=pk, by=by, at=at or scene.at)


def post(scene, incident, text="We found it.", by=None, at=None):
    by = by or scene.dana
    with acting(by):
        return actions.post_update(
            incident_id=incident.pk, message=said(text), by=by, at=at or scene.at + HOUR
        )


def bodies(case):
    with acting(SETUP):
        return [each.body for each in conversations.messages(case.conversation_id)][1:]


@pytest.fixture
def other(scene, cast):
    return opened(cast, scene.at, cast.organisation("Harbour", "silver"), "Tom")


def test_incident_is_declared_with_a_number_an_owner_and_its_reason(scene, incident):
    assert (incident.reference, incident.owner_id) == (f"MI-{incident.number}", scene.dana.id)
    assert incident.criteria == ["several_customers_down"]
    with acting(scene.dana):
        event = OutboxEvent.objects.get(name="IncidentDeclared")
    assert (event.key, event.topics) == (f"incident:{incident.pk}", ["staff"])


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"title": "x" * 201}, {"criteria": []}], ids=["empty", "long", "no reason"]
)
def test_incident_without_title_or_reason_is_refused(scene, wrong):
    given = {"title": "Mail is held up", "criteria": [Criterion.DATA_LOST]} | wrong
    with acting(scene.dana), pytest.raises(BadIncident):
        actions.declare(**given, owner_id=scene.dana.id, by=scene.dana, at=scene.at)


def test_incident_is_not_declared_by_a_customer_or_across_the_boundary(scene):
    given = {"title": "Mail is held up", "criteria": [Criterion.DATA_LOST], "owner_id": scene.dana.id}
    for by, side in ((scene.ana, "open"), (scene.dana, "us")):
        with acting(by), pytest.raises(NotAllowed):
            actions.declare(**given, boundary=side, by=by, at=scene.at)


def test_update_goes_into_every_open_case_once(scene, incident, other, cast):
    ended = opened(cast, scene.at, scene.organisation, "Ion")
    for case in (scene.case, other, ended):
        put(scene, case, incident)
    ion = cast.viewer(ended.contact)
    with acting(ion):
        actions.close(case_id=ended.pk, seen=None, by=ion, at=scene.at)
    post(scene, incident)
    assert [bodies(case) for case in (scene.case, other, ended)] == [[], [], []]
    assert [send_incident_notices(at=scene.at + HOUR) for _ in range(2)] == [2, 0]
    assert [bodies(case) for case in (scene.case, other, ended)] == [["We found it."], ["We found it."], []]


def test_update_is_a_reply_of_its_author_and_meets_the_first_response(scene, incident):
    put(scene, scene.case, incident)
    post(scene, incident)
    send_incident_notices(at=scene.at + HOUR)
    case = scene.shown()
    assert [row.clock.state for row in case.current_clocks] == [ClockState.STOPPED]
    assert (case.vendor_spoke_at, case.state) == (scene.at + HOUR, State.IN_PROGRESS)
    with acting(scene.ana):
        last = conversations.messages(case.conversation_id).last()
    assert (last.author_kind, last.author_name) == ("staff", scene.dana.name)


def test_update_leaves_what_its_author_is_typing(scene, incident):
    put(scene, scene.case, incident)
    with acting(scene.dana):
        actions.keep_draft(
            case=scene.case, visibility="public", body="Half a sent", by=scene.dana, at=scene.at
        )
    post(scene, incident)
    send_incident_notices(at=scene.at + HOUR)
    with acting(scene.dana):
        assert queries.drafts(scene.case, scene.dana.id) == {"public": "Half a sent"}


def test_case_taken_out_before_the_update_arrives_gets_none(scene, incident, other):
    put(scene, scene.case, incident)
    put(scene, other, incident)
    post(scene, incident)
    put(scene, other, None)
    send_incident_notices(at=scene.at + HOUR)
    assert (bodies(scene.case), bodies(other)) == (["We found it."], [])
    with acting(SETUP):
        (update,) = queries.incident_updates(incident.pk)
        assert (update.told, update.ahead) == (1, 0)


def test_customer_knows_title_and_last_update_and_nothing_else(scene, incident):
    put(scene, scene.case, incident)
    post(scene, incident, "First.")
    post(scene, incident, "Second.", at=scene.at + 2 * HOUR)
    with acting(scene.ana):
        found = queries.known_incident(queries.by_number(scene.case.number))
        assert list(queries.incidents()) == []
    assert (found.title, found.told, found.is_resolved) == ("Mail is held up", "Second.", False)


def test_incident_is_steered_by_its_owner_and_the_leads(scene, incident, cast):
    agent, lead = cast.viewer(cast.staff("Mihai")), cast.viewer(cast.staff("Lia", Role.LEAD))
    with pytest.raises(NotAllowed):
        post(scene, incident, by=agent)
    with acting(lead):
        given = actions.give_incident(incident_id=incident.pk, staff_id=agent.id, by=lead, at=scene.at)
    assert given.owner_id == agent.id
    post(scene, incident, by=agent)


def test_resolved_incident_owes_a_review_and_takes_no_more_cases(scene, incident, other):
    with acting(scene.dana):
        with pytest.raises(IncidentOver):
            actions.write_review(incident_id=incident.pk, text="Why.", by=scene.dana, at=scene.at)
        actions.resolve(incident_id=incident.pk, by=scene.dana, at=scene.at + HOUR)
    with pytest.raises(IncidentOver):
        put(scene, other, incident)
    with acting(scene.dana):
        given = {"incident_id": incident.pk, "by": scene.dana, "at": scene.at + 2 * HOUR}
        with pytest.raises(BadIncident):
            actions.write_review(text=" ", **given)
        actions.write_review(text="A disk was full.", **given)
        (found,) = queries.incidents()
    assert (found.review, found.reviewed_by_id) == ("A disk was full.", scene.dana.id)


def test_closed_case_is_not_put_into_an_incident(scene, incident):
    with acting(scene.ana):
        actions.close(case_id=scene.case.pk, seen=None, by=scene.ana, at=scene.at)
    with pytest.raises(NotInIncident):
        put(scene, scene.case, incident)


@pytest.fixture
def chris(cast):
    return cast.viewer(cast.staff("Chris", eligible_us=True))


@pytest.fixture
def bound_incident(chris, scene):
    with acting(chris):
        return actions.declare(
            title="Inside",
            criteria=[Criterion.DATA_EXPOSED],
            owner_id=chris.id,
            boundary="us",
            by=chris,
            at=scene.at,
        )


def test_bound_incident_is_not_there_for_those_outside(scene, bound_incident, chris):
    with acting(scene.dana):
        assert list(queries.incidents()) == []
        assert list(Incident.objects.all()) == []
    with acting(chris):
        assert list(queries.incidents()) == [bound_incident]
    with pytest.raises(Incident.DoesNotExist):
        put(scene, scene.case, bound_incident)


def test_case_and_incident_are_on_one_side(scene, bound_incident, chris, incident, cast):
    bound = opened(cast, scene.at, cast.organisation("Sandia", "emerald-us", "us"), "Kim")
    for case, of in ((scene.case, bound_incident), (bound, incident)):
        with pytest.raises(NotInIncident):
            put(scene, case, of, by=chris)


def test_bound_incident_is_not_given_to_somebody_outside(scene, bound_incident, chris):
    with acting(chris), pytest.raises(NotAssignable):
        actions.give_incident(incident_id=bound_incident.pk, staff_id=scene.dana.id, by=chris, at=scene.at)


def test_case_whose_organisation_becomes_bound_leaves_its_incident(scene, incident, cast):
    harbour = cast.organisation("Harbour", "", "us")
    moved = opened(cast, scene.at, harbour, "Tom")
    put(scene, moved, incident)
    put(scene, scene.case, incident)
    post(scene, incident)
    cast.sign(harbour, "emerald-us")
    assert send_incident_notices(at=scene.at + HOUR) == 1
    with acting(SETUP):
        assert queries.by_number(moved.number).incident_id is None
        assert list(IncidentNotice.objects.values_list("case_id", flat=True)) == [scene.case.pk]
    assert bodies(moved) == []
