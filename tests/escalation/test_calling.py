import pytest

from backstay.cases import actions as cases
from backstay.core import audit
from backstay.core.scoping import acting
from backstay.escalation import actions
from backstay.escalation.actions import NotAllowedToAsk, NothingToEscalate
from backstay.oncall.models import Page
from tests.escalation.conftest import BY, House


def call(scene, name="Lea One"):
    return scene.act(actions.call, scene.house.viewer(name))


def calls(scene):
    """The pages about the case itself: state and boundary of each."""
    with acting(BY):
        rows = Page.objects.filter(subject=f"case:{scene.case.pk}").order_by("id")
        return list(rows.values_list("state", "boundary"))


def test_a_call_pages_whoever_is_on_call_once_and_is_written_down(scene):
    assert (call(scene), call(scene)) == (True, False)
    assert [name for _, name, _ in scene.asked()] == ["Ada"]
    with acting(BY):
        entries = audit.of(("case", scene.case.pk)).filter(kind="on_call_paged")
        assert [entry.actor_name for entry in entries] == ["Lea One"]


def test_a_call_ends_when_somebody_takes_the_case_and_not_when_it_goes_back(scene):
    ada = scene.house.viewer("Ada")
    scene.act(cases.assign, ada, staff_id=ada.id, seen=None)
    call(scene)
    scene.act(cases.assign, ada, staff_id=None, seen=None)
    assert calls(scene) == [("paging", "open")]
    scene.act(cases.assign, ada, staff_id=ada.id, seen=None)
    assert calls(scene) == [("withdrawn", "open")]
    assert call(scene)


def test_a_call_ends_when_the_case_is_closed_and_none_begins_after(scene):
    call(scene)
    scene.act(cases.close, scene.ana, seen=None)
    assert calls(scene) == [("withdrawn", "open")]
    with pytest.raises(NothingToEscalate):
        call(scene)


def test_customers_call_nobody(scene):
    with pytest.raises(NotAllowedToAsk):
        scene.act(actions.call, scene.ana)
    assert calls(scene) == []


def test_a_call_about_a_bound_case_stays_inside(cast, opened):
    outside = House(cast)
    outside.furnish()
    inside = House(cast, us=True)
    inside.rota("support", inside.person("Ursa"))
    scene = opened(inside, "emerald-us", region="us")
    call(scene, "Ursa")
    assert [name for _, name, _ in scene.asked()] == ["Ursa"]
    assert calls(scene) == [("paging", "us")]
