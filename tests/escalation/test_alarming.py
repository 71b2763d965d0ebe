from backstay.cases import actions as cases
from backstay.core.scoping import acting
from backstay.escalation import actions, queries
from backstay.escalation.models import Alarm
from backstay.oncall.models import Page
from tests.escalation.conftest import BY, MINUTE, House


def alarm(scene, reason="no_skills"):
    return scene.act(actions.raise_alarm, BY, reason=reason)


def pages():
    with acting(BY):
        return list(
            Page.objects.exclude(state="notice").order_by("id").values_list("subject", "state", "boundary")
        )


def test_an_alarm_pages_whoever_is_on_call_once(scene):
    first, second = alarm(scene), alarm(scene)
    assert (first.pk, [name for _, name, _ in scene.asked()]) == (second.pk, ["Ada"])
    assert pages() == [(f"alarm:{first.pk}", "paging", "open")]


def test_an_alarm_ends_when_somebody_takes_the_case(scene):
    raised = alarm(scene)
    ada = scene.house.viewer("Ada")
    scene.act(cases.assign, ada, at=scene.now + MINUTE, staff_id=ada.id, seen=None)
    with acting(BY):
        assert Alarm.objects.get(pk=raised.pk).settled_at == scene.now + MINUTE
    assert pages() == [(f"alarm:{raised.pk}", "withdrawn", "open")]


def test_a_case_given_back_may_raise_an_alarm_again(scene):
    first = alarm(scene)
    ada = scene.house.viewer("Ada")
    scene.act(cases.assign, ada, staff_id=ada.id, seen=None)
    assert alarm(scene) is None
    scene.act(cases.assign, ada, staff_id=None, seen=None)
    assert alarm(scene).pk != first.pk


def test_an_alarm_ends_when_the_case_is_closed(scene):
    alarm(scene)
    scene.act(cases.close, scene.ana, seen=None)
    with acting(scene.house.viewer("Lea One")):
        assert list(queries.open_alarms()) == []
    assert alarm(scene) is None


def test_an_alarm_about_a_bound_case_stays_inside(cast, opened):
    outside = House(cast)
    outside.furnish()
    inside = House(cast, us=True)
    inside.rota("support", inside.person("Ursa"))
    scene = opened(inside, "emerald-us", region="us")
    raised = alarm(scene)
    assert [name for _, name, _ in scene.asked()] == ["Ursa"]
    assert pages() == [(f"alarm:{raised.pk}", "paging", "us")]
    with acting(outside.viewer("Mia")):
        assert list(queries.open_alarms()) == []
    with acting(inside.viewer("Ursa")):
        assert [each.pk for each in queries.open_alarms()] == [raised.pk]
