import pytest

from backstay.accounts.choices import Access, Role
from backstay.cases import actions as cases
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.escalation import actions, queries
from backstay.escalation.models import EscalationRequest
from backstay.oncall.models import Page
from tests.escalation.conftest import BY, MINUTE, House

REASON = "Two days and nobody has called."


def ask(scene, by=None, **values):
    given = {"reason": REASON, "urgency": "urgent"} | values
    return scene.act(actions.request, by or scene.ana, **given)


def decided(scene, verb, row, name, at=None, **words):
    viewer = scene.house.viewer(name)
    with acting(viewer):
        return verb(request_id=row.pk, by=viewer, at=at or scene.now, **words)


def read(row):
    with acting(BY):
        return EscalationRequest.objects.select_related("clock").get(pk=row.pk)


def test_request_pages_the_manager_on_call_and_runs_its_own_clock(scene):
    row = ask(scene)
    assert (row.clock.due_at, row.clock.state) == (scene.now + 30 * MINUTE, "running")
    assert [(name, purpose) for _, name, purpose in scene.asked()] == [("Mia", "management")]
    assert scene.read().severity == "S1"


def test_request_is_told_to_staff_and_to_the_customers_of_the_case(scene):
    ask(scene)
    with acting(BY):
        event = OutboxEvent.objects.get(name="EscalationRequested")
    assert event.topics == [
        "staff",
        f"case:{scene.case.pk}",
        f"organisation:{scene.organisation.pk}",
        f"contact:{scene.contact.pk}",
    ]
    assert REASON not in str(event.payload)


def test_accepting_stops_the_clock_ends_the_paging_and_tells_the_leads(scene):
    row = ask(scene)
    decided(scene, actions.accept, row, "Mia", at=scene.now + 10 * MINUTE, answer="We call at noon.")
    row = read(row)
    assert (row.state, row.manager_id, row.answer) == (
        "accepted",
        scene.house.people["Mia"].pk,
        "We call at noon.",
    )
    assert (row.clock.state, row.clock.stopped_at) == ("stopped", scene.now + 10 * MINUTE)
    assert [name for _, name in scene.told()] == ["Lea One"]
    with acting(BY):
        assert [page.state for page in Page.objects.exclude(state="notice")] == ["withdrawn"]


def test_declining_keeps_its_reason(scene):
    row = ask(scene)
    decided(scene, actions.decline, row, "Max", reason="The fix is on its way.")
    assert (read(row).state, read(row).answer) == ("declined", "The fix is on its way.")


@pytest.mark.parametrize("words", ["", "  ", "x" * 2001])
def test_a_decision_needs_its_words(scene, words):
    row = ask(scene)
    with pytest.raises(actions.WordsMissing):
        decided(scene, actions.decline, row, "Mia", reason=words)
    assert read(row).state == "open"


def test_only_managers_and_whoever_is_on_call_for_them_decide(scene):
    row = ask(scene)
    with pytest.raises(actions.MayNotDecide):
        decided(scene, actions.accept, row, "Lea One", answer="I do it.")


def test_whoever_is_on_call_for_managers_decides(house, opened):
    house.rota("management", house.person("Lead", Role.LEAD))
    scene = opened(house)
    row = ask(scene)
    decided(scene, actions.accept, row, "Lead", answer="I look.")
    assert read(row).state == "accepted"


def test_a_decided_request_is_not_decided_again(scene):
    row = ask(scene)
    decided(scene, actions.decline, row, "Mia", reason="No.")
    with pytest.raises(actions.AlreadyDecided):
        decided(scene, actions.accept, row, "Max", answer="Yes.")


def test_one_request_at_a_time(scene):
    ask(scene)
    with pytest.raises(actions.RequestOpen):
        ask(scene)


def test_after_a_decision_one_may_ask_again(scene):
    decided(scene, actions.decline, ask(scene), "Mia", reason="Not yet.")
    assert ask(scene).state == "open"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"reason": " "}, actions.WordsMissing),
        ({"urgency": "yesterday"}, actions.BadUrgency),
    ],
)
def test_bad_requests_are_refused(scene, values, error):
    with pytest.raises(error):
        ask(scene, **values)


def test_a_closed_case_is_not_escalated_and_closing_ends_a_request(scene):
    row = ask(scene)
    scene.act(cases.close, scene.ana, seen=None)
    assert (read(row).state, read(row).clock.state) == ("withdrawn", "superseded")
    with pytest.raises(actions.NothingToEscalate):
        ask(scene)


def test_who_may_not_write_in_the_case_may_not_ask(scene, cast):
    reader = cast.viewer(cast.contact(scene.organisation, "Rea", access=Access.VIEW, view="organisation"))
    stranger = cast.viewer(cast.contact(cast.organisation("Other"), "Olga"))
    for viewer in (reader, stranger, BY):
        with pytest.raises(actions.NotAllowedToAsk):
            ask(scene, by=viewer)


def test_staff_ask_on_behalf_of_the_contact(scene):
    row = ask(scene, by=scene.house.viewer("Lea One"))
    assert (row.contact_id, row.asked_by_id) == (scene.contact.pk, scene.house.people["Lea One"].pk)


def test_the_customer_withdraws_and_a_stranger_does_not(scene, cast):
    row = ask(scene)
    stranger = cast.viewer(cast.contact(cast.organisation("Other"), "Olga"))
    with acting(stranger), pytest.raises(actions.MayNotDecide):
        actions.withdraw_request(request_id=row.pk, by=stranger, at=scene.now)
    with acting(scene.ana):
        actions.withdraw_request(request_id=row.pk, by=scene.ana, at=scene.now)
    assert read(row).state == "withdrawn"


def test_a_request_that_nobody_answers_in_time_is_told_to_all_managers(scene):
    ask(scene)
    start = scene.now
    scene.turn(start + 29 * MINUTE)
    assert scene.told() == []
    scene.turn(start + 30 * MINUTE)
    assert scene.told() == [(30 * MINUTE, "Mia"), (30 * MINUTE, "Max")]


def test_contacts_read_the_requests_of_their_own_cases_only(scene, cast):
    ask(scene)
    stranger = cast.viewer(cast.contact(cast.organisation("Other"), "Olga"))
    counts = {}
    for name, viewer in {"ana": scene.ana, "olga": stranger, "lea": scene.house.viewer("Lea One")}.items():
        with acting(viewer):
            counts[name] = (queries.requests().count(), queries.steps_done().count())
            steps = queries.steps_of(scene.case).count()
            counts[name] = (*counts[name][:1], steps > 0)
    assert counts == {"ana": (1, False), "olga": (0, False), "lea": (1, True)}


def test_a_bound_request_reaches_managers_inside_only(cast, opened):
    outside = House(cast)
    outside.furnish()
    inside = House(cast, us=True)
    inside.rota("management", inside.person("Uma", Role.MANAGER, tier=2))
    scene = opened(inside, "emerald-us", region="us")
    row = ask(scene)
    assert [name for _, name, _ in scene.asked()] == ["Uma"]
    mia = outside.viewer("Mia")
    with acting(mia), pytest.raises(EscalationRequest.DoesNotExist):
        actions.accept(request_id=row.pk, answer="Mine.", by=mia, at=scene.now)
    scene.turn(scene.now + 30 * MINUTE)
    assert [name for _, name in scene.told()] == ["Uma"]
