import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from backstay.accounts.choices import Role
from backstay.core.scoping import acting
from backstay.oncall import actions
from backstay.oncall.models import Layer, Override, Page, PersonDoor, Rota
from tests.console.pages import HTMX, texts
from tests.fixtures.duty import BY, DAY, OnDuty

ADDRESS = "/console/on-call"
FORM = "%Y-%m-%dT%H:%M"


@pytest.fixture
def dana(duty: OnDuty):
    return duty.person("Dana")


def all_of(model):
    with acting(BY):
        return list(model.objects.order_by("id"))


def test_page_shows_who_is_on_now_and_the_next_weeks_as_picture_and_table(duty, dana, signed_in):
    duty.rota("Ana", "Bogdan")
    answer = signed_in(dana).get(ADDRESS)
    assert texts(answer, "on-now") == ["Level 1: Ana Level 2: Bogdan"]
    assert texts(answer, "who-legend") == ["Ana Bogdan"]
    page = answer.content.decode()
    assert page.count('<rect class="who-') == page.count("<g><title>") >= 5
    (rota,) = answer.context["rotas"]
    assert rota.turns[0][0].start == rota.picture.bars[0].start
    assert [turn.end for turn, _name in rota.turns][:-1] == [turn.start for turn, _name in rota.turns][1:]
    assert (rota.turns[-1][0].end - rota.turns[0][0].start).days == 28


def test_gap_in_a_rota_around_the_clock_is_an_error_and_stands_first(duty, dana, signed_in):
    office = [[["08:00", "20:00"]]] * 7
    duty.rota("Ana", purpose="management", week=office)
    duty.rota("Ana", week=office, around_the_clock=True)
    answer = signed_in(dana).get(ADDRESS)
    shown = answer.context["errors"]
    assert {gap.rota.purpose for gap, *_ in shown} == {"support"}
    assert len(shown) == 20
    assert len(shown) + answer.context["more_errors"] >= 90
    assert {gap.rota.purpose for gap, *_ in answer.context["gaps"]} == {"management"}
    page = answer.content.decode()
    assert page.index("Gaps that are errors") < page.index("Other gaps in the next 90 days")


def test_rota_without_a_gap_says_so(duty, dana, signed_in):
    duty.rota("Ana", "Bogdan", around_the_clock=True)
    answer = signed_in(dana).get(ADDRESS)
    assert texts(answer, "notice") == [
        "No rota that promises somebody around the clock has a gap in the next 90 days."
    ]


def cost(browser, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(ADDRESS, headers=headers).status_code == 200
    return len(asked)


def test_page_costs_the_same_queries_for_one_page_and_rota_and_for_three(duty, dana, signed_in):
    browser = signed_in(dana)
    duty.rota("Ana", "Bogdan")
    duty.page()
    browser.get(ADDRESS)
    one = cost(browser), cost(browser, **HTMX)
    for key in ("east", "west"):
        duty.rota("Ana", "Bogdan", key=key)
        duty.page()
    assert (cost(browser), cost(browser, **HTMX)) == one


def test_button_acknowledges_and_the_list_says_who(duty, dana, signed_in):
    duty.rota("Ana")
    page = duty.page()
    browser = signed_in(dana)
    answer = browser.post(reverse("console:acknowledge", args=[page.pk]), headers=HTMX)
    assert answer.status_code == 200
    assert "Acknowledged: Dana" in answer.content.decode()
    assert duty.read(page).acknowledged_by == dana


def test_bound_pages_stand_in_nobody_s_list_outside(duty, dana, signed_in):
    chris = duty.person("Chris", eligible_us=True)
    duty.rota("Chris")
    page = duty.page(boundary="us", facts={"text": "The relay at Sandia."})
    assert "The relay at Sandia." not in signed_in(dana).get(ADDRESS).content.decode()
    assert signed_in(dana).post(reverse("console:acknowledge", args=[page.pk])).status_code == 404
    assert "The relay at Sandia." in signed_in(chris).get(ADDRESS).content.decode()


def take_over(browser, rota, staff, start, end):
    with timezone.override("Europe/Bucharest"):
        given = {
            "rota": rota.pk,
            "staff": staff.pk,
            "starts_at": timezone.localtime(start).strftime(FORM),
            "ends_at": timezone.localtime(end).strftime(FORM),
            "idempotency_key": f"{start}{end}",
        }
    return browser.post(reverse("console:take_over"), given)


def test_agent_takes_over_for_themselves_once_and_gives_it_back(duty, dana, signed_in):
    rota, browser = duty.rota("Ana"), signed_in(dana)
    start, end = duty.at + DAY, duty.at + 2 * DAY
    assert take_over(browser, rota, dana, start, end).status_code == 303
    assert take_over(browser, rota, dana, start, end).status_code == 303  # the same form, sent twice
    (row,) = all_of(Override)
    assert row.staff_id == dana.pk
    assert row.period.lower == start.replace(second=0, microsecond=0)
    again = take_over(browser, rota, dana, start + timedelta(hours=1), end + DAY)
    assert again.status_code == 422
    assert "end that first" in again.content.decode()
    assert browser.post(reverse("console:end_override", args=[row.pk])).status_code == 303
    assert all_of(Override) == []


def test_agent_puts_nobody_else_on_call_and_a_lead_does(duty, dana, signed_in):
    rota, ana = duty.rota("Ana"), duty.person("Ana")
    lead = duty.person("Lena", role=Role.LEAD)
    assert take_over(signed_in(dana), rota, ana, duty.at, duty.at + DAY).status_code == 422
    assert all_of(Override) == []
    assert take_over(signed_in(lead), rota, ana, duty.at, duty.at + DAY).status_code == 303
    (row,) = all_of(Override)
    assert signed_in(dana).post(reverse("console:end_override", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    ("kind", "address", "kept"),
    [
        ("email", "dana@home.example", "dana@home.example"),
        ("sms", "+40 21 555 0100", "+40215550100"),
        ("voice", "0215550100", None),
        ("webhook", "https://hooks.example/a", "https://hooks.example/a"),
        ("webhook", "file:///etc/passwd", None),
        ("email", "no address", None),
        ("push", "https://push.example/1", None),
    ],
)
def test_door_is_added_when_its_address_fits_its_kind(dana, signed_in, kind, address, kept):
    answer = signed_in(dana).post("/console/on-call/doors", {"kind": kind, "address": address, "label": ""})
    assert answer.status_code == (303 if kept else 422)
    assert [door.address for door in all_of(PersonDoor)] == ([kept] if kept else [])


def test_browser_is_added_with_its_keys_only(dana, signed_in):
    browser, keys = signed_in(dana), {"p256dh": "a", "auth": "b"}
    given = {"address": "https://push.example/1", "label": "Linux"}
    assert browser.post("/console/on-call/doors/browser", given).status_code == 422
    assert (
        browser.post("/console/on-call/doors/browser", given | {"keys": json.dumps(keys)}).status_code == 303
    )
    (door,) = all_of(PersonDoor)
    assert (door.kind, json.loads(door.secret)) == ("push", keys)


def test_trial_pages_oneself_through_one_door_and_others_doors_are_not_found(duty, dana, signed_in):
    with acting(BY):
        by = duty.cast.viewer(dana)
        kind = actions.reaching.DoorKind.EMAIL
        door = actions.add_door(kind=kind, address="dana@home.example", label="", by=by, at=duty.at)
    other = signed_in(duty.person("Ana"))
    for verb in ("try", "drop"):
        assert other.post(f"/console/on-call/doors/{door.pk}/{verb}").status_code == 404
    assert signed_in(dana).post(f"/console/on-call/doors/{door.pk}/try").status_code == 303
    (page,) = all_of(Page)
    assert (page.state, page.next_at, page.staff_id) == ("trial", None, dana.pk)
    assert [row.address for row in duty.deliveries(page)] == ["dana@home.example"]


def link(duty, page):
    (row,) = duty.deliveries(page)
    return "/console/on-call/acknowledge/" + actions.acknowledge_token(
        page_id=page.pk, staff_id=row.staff_id, at=duty.at
    )


def test_link_in_a_message_asks_first_and_acknowledges_on_the_button(duty, client):
    duty.rota("Ana")
    page = duty.page()
    address = link(duty, page)
    asked = client.get(address)
    assert (asked.status_code, duty.read(page).state) == (200, "paging")
    assert "case" not in texts(asked, "plain")[0] if texts(asked, "plain") else True
    assert client.post(address).status_code == 200
    assert duty.read(page).acknowledged_by.name == "Ana"
    assert client.get(address[:-2]).status_code == 404


def test_link_to_a_settled_page_says_so(duty, client):
    duty.rota("Ana")
    page = duty.page()
    address = link(duty, page)
    with acting(BY):
        actions.withdraw(subject=page.subject, by=BY, at=duty.at)
    assert "Settled meanwhile" in client.post(address).content.decode()


def events_of(answer):
    assert answer.status_code == 200, answer.status_code
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_own_calendar_shows_one_s_turns_with_names_only(duty, signed_in, client):
    duty.rota("Ana", "Bogdan")
    duty.page()
    address = texts_value(signed_in(duty.person("Ana")).post("/console/on-call/doors/calendar"))
    answer = client.get(address.removeprefix("http://127.0.0.1:8000"))
    events = events_of(answer)
    assert {str(event["summary"]) for event in events} == {"support open: Ana"}
    assert len({str(event["uid"]) for event in events}) == len(events) >= 6
    assert all(event.end - event.start == 7 * DAY for event in events[1:-1])
    assert b"case" not in answer.content
    assert client.get("/console/on-call/calendars/wrong.ics").status_code == 404


def texts_value(answer):
    return answer.context["feed"]


def test_rota_s_calendar_shows_everybody_and_a_new_address_ends_the_old_one(duty, signed_in, client):
    rota = duty.rota("Ana", "Bogdan")
    manager = signed_in(duty.person("Mara", role=Role.MANAGER))
    first, second = (
        texts_value(manager.post(f"/console/on-call/rotas/{rota.pk}/calendar")).removeprefix(
            "http://127.0.0.1:8000"
        )
        for _ in range(2)
    )
    assert client.get(first).status_code == 404
    names = {str(event["summary"]) for event in events_of(client.get(second))}
    assert names == {"support open: Ana", "support open: Bogdan", "support open: nobody"}


def test_manager_makes_a_rota_with_a_layer_changes_it_and_removes_it(duty, signed_in):
    duty.person("Ana"), duty.person("Bogdan")
    manager = signed_in(duty.person("Mara", role=Role.MANAGER))
    given = {"name": "Nights", "key": "nights", "purpose": "support", "serves": "open", "zone": "UTC"}
    assert manager.post("/console/on-call/rotas/new", given).status_code == 303
    (rota,) = all_of(Rota)
    assert manager.post("/console/on-call/rotas/new", given).status_code == 422
    layer = {
        "name": "Weekdays",
        "zone": "Europe/Bucharest",
        "first_day": "2026-11-16",
        "hands_over_at": "09:00",
        "turn_days": 7,
        "members": "Ana\nBogdan",
        "days": [0, 1, 2, 3, 4],
        "opens": "08:00",
        "closes": "20:00",
    }
    new = f"/console/on-call/rotas/{rota.pk}/layers/new"
    assert manager.post(new, layer | {"members": "Nobody Here"}).status_code == 422
    assert manager.post(new, layer | {"closes": "07:00"}).status_code == 422
    assert manager.post(new, layer).status_code == 303
    (row,) = all_of(Layer)
    assert row.week == [[["08:00", "20:00"]]] * 5 + [[], []]
    shown = manager.get(f"/console/on-call/rotas/{rota.pk}/layers/{row.pk}").context["form"].initial
    assert (shown["members"], shown["days"], shown["opens"]) == ("Ana\nBogdan", [0, 1, 2, 3, 4], "08:00")
    whole = {key: value for key, value in layer.items() if key not in {"days", "opens", "closes"}}
    address = f"/console/on-call/rotas/{rota.pk}/layers/{row.pk}"
    assert manager.post(address, whole | {"members": "Bogdan"}).status_code == 303
    (row,) = all_of(Layer)
    with acting(BY):
        assert (row.week, [member.staff.name for member in row.members.all()]) == (None, ["Bogdan"])
    name = {"name": "All nights", "around_the_clock": "on"}
    assert manager.post(f"/console/on-call/rotas/{rota.pk}", name).status_code == 303
    assert [(rota.name, rota.around_the_clock) for rota in all_of(Rota)] == [("All nights", True)]
    assert manager.post(f"{address}/drop").status_code == 303
    assert all_of(Layer) == []
