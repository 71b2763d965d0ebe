from datetime import timedelta

import pytest
from django.db import connection

from backstay.core.scoping import acting
from backstay.oncall import actions, jobs
from backstay.oncall.models import Page
from tests.fixtures.duty import BY, MINUTE


def test_page_asks_level_one_at_once_by_mail_where_there_is_no_other_door(duty):
    duty.rota("Ana", "Bogdan")
    page = duty.page()
    assert (page.staff.name, page.level, page.acknowledge_by) == ("Ana", 1, duty.at + 5 * MINUTE)
    told = [(row.staff.name, row.door, row.address, row.state) for row in duty.deliveries(page)]
    assert told == [("Ana", "email", "ana@vendor.example", "waiting")]
    assert duty.events() == [("PageMade", "case:12", "open"), ("PageSteppedOn", "case:12", "open")]


def test_unacknowledged_page_steps_through_the_list_twice_at_five_minutes_each(duty):
    duty.rota("Ana", "Bogdan", "Carla", "Dan")
    page = duty.page()
    assert duty.pass_time(page, minutes=600) == [
        (5, "Bogdan"),
        (10, "Carla"),  # three levels, whoever else is in the rota
        (15, "Ana"),
        (20, "Bogdan"),
        (25, "Carla"),
        (30, "nobody_acknowledged"),
    ]
    assert duty.read(page).state == "unanswered"
    assert [name for name, *_ in duty.events()] == ["PageMade", *["PageSteppedOn"] * 6, "PageUnanswered"]
    assert len(duty.deliveries(page)) == 6


def test_nothing_is_asked_a_second_before_the_time(duty):
    duty.rota("Ana", "Bogdan")
    page = duty.page()
    assert jobs.sweep(at=duty.at + 5 * MINUTE - timedelta(seconds=1)) == 0
    assert duty.read(page).staff.name == "Ana"
    assert jobs.sweep(at=duty.at + 5 * MINUTE) == 1
    assert duty.read(page).staff.name == "Bogdan"


def test_acknowledgement_ends_the_asking_and_what_has_not_left_stays_here(duty):
    duty.rota("Ana", "Bogdan")
    page = duty.page()
    viewer = duty.cast.viewer(duty.person("Carla"))
    with acting(viewer):
        actions.acknowledge(page_id=page.pk, by=viewer, at=duty.at + MINUTE)
        again = actions.acknowledge(page_id=page.pk, by=viewer, at=duty.at + 2 * MINUTE)
    assert (again.state, again.closed_at) == ("acknowledged", duty.at + MINUTE)
    assert duty.read(page).acknowledged_by.name == "Carla"
    assert [row.state for row in duty.deliveries(page)] == ["dropped"]
    assert duty.pass_time(page, minutes=60) == []
    assert [name for name, *_ in duty.events()][2:] == ["PageAcknowledged"]


def test_unanswered_page_may_still_be_acknowledged(duty):
    duty.rota("Ana")
    page = duty.page()
    duty.pass_time(page, minutes=60)
    viewer = duty.cast.viewer(duty.person("Ana"))
    with acting(viewer):
        actions.acknowledge(page_id=page.pk, by=viewer, at=duty.at + 60 * MINUTE)
    assert duty.read(page).state == "acknowledged"


def test_customers_and_machines_acknowledge_nothing(duty):
    duty.rota("Ana")
    page = duty.page()
    contact = duty.cast.viewer(duty.cast.contact(duty.cast.organisation()))
    for viewer in (contact, BY):
        with acting(viewer), pytest.raises(actions.MayNotAcknowledge):
            actions.acknowledge(page_id=page.pk, by=viewer, at=duty.at)


def test_withdrawal_ends_every_open_page_about_the_subject_and_no_other(duty):
    duty.rota("Ana")
    pages = [duty.page(), duty.page(), duty.page(subject="case:13")]
    with acting(BY):
        assert actions.withdraw(subject="case:12", by=BY, at=duty.at) == 2
        assert actions.withdraw(subject="case:12", by=BY, at=duty.at) == 0
    assert [duty.read(page).state for page in pages] == ["withdrawn", "withdrawn", "paging"]
    viewer = duty.cast.viewer(duty.person("Ana"))
    with acting(viewer), pytest.raises(actions.Settled):
        actions.acknowledge(page_id=pages[0].pk, by=viewer, at=duty.at)


def test_nobody_on_call_is_tried_again_every_minute_and_told_once(duty):
    page = duty.page()
    assert (page.staff, page.why_unanswered) == (None, "nobody_on_call")
    assert duty.pass_time(page, minutes=2) == [(1, "nobody_on_call"), (2, "nobody_on_call")]
    assert [name for name, *_ in duty.events()] == ["PageMade", "PageUnanswered"]
    duty.rota("Ana")
    assert duty.pass_time(page, minutes=3) == [(3, "Ana")]


def test_hand_over_between_two_steps_asks_whoever_is_on_call_then(duty):
    rota = duty.rota("Ana", "Bogdan")
    page = duty.page()
    with acting(BY):
        actions.take_over(
            rota=rota,
            staff_id=duty.person("Carla").pk,
            starts_at=duty.at + MINUTE,
            ends_at=duty.at + 20 * MINUTE,
            by=BY,
            at=duty.at,
        )
    assert duty.pass_time(page, minutes=15) == [(5, "Carla"), (10, "Bogdan"), (15, "Carla")]


def test_bound_page_asks_only_those_inside_and_is_theirs_alone(duty):
    duty.person("Chris", eligible_us=True)
    duty.rota("Ana", "Chris")  # an open rota: of it, only Chris may know
    page = duty.page(boundary="us")
    assert [row.staff.name for row in duty.deliveries(page)] == ["Chris"]
    assert duty.pass_time(page, minutes=10) == [(5, "Chris"), (10, "nobody_acknowledged")]
    assert {boundary for _name, _key, boundary in duty.events()} == {"us"}
    outside = duty.cast.viewer(duty.person("Ana"))
    with acting(outside):
        assert Page.objects.count() == 0
        with pytest.raises(Page.DoesNotExist):
            actions.acknowledge(page_id=page.pk, by=outside, at=duty.at)
    inside = duty.cast.viewer(duty.person("Chris"))
    with acting(inside):
        assert actions.acknowledge(page_id=page.pk, by=inside, at=duty.at).state == "acknowledged"


def test_bound_page_at_night_with_only_outsiders_there_waits_and_tells_nobody_outside(duty):
    duty.rota("Ana", "Bogdan", serves="us")
    page = duty.page(boundary="us")
    assert duty.pass_time(page, minutes=3) == [(number, "nobody_eligible") for number in (1, 2, 3)]
    assert duty.deliveries(page) == []
    assert duty.events() == [("PageMade", "case:12", "us"), ("PageUnanswered", "case:12", "us")]
    chris = duty.person("Chris", eligible_us=True)
    duty.rota("Chris", serves="us", key="inside")
    assert duty.pass_time(page, minutes=4) == [(4, chris.name)]


def test_bound_rota_is_not_asked_about_open_cases(duty):
    duty.person("Chris", eligible_us=True)
    duty.rota("Chris", serves="us")
    assert duty.page().why_unanswered == "nobody_on_call"


def test_pages_move_with_their_subject_across_the_boundary(duty):
    duty.rota("Ana")
    contact = duty.cast.contact(duty.cast.organisation())
    page = duty.page(subject=f"contact:{contact.pk}")
    with connection.cursor() as cursor, acting(BY):
        cursor.execute(
            "update accounts_organisation set boundary = 'us' where id = %s", [contact.organisation_id]
        )
    assert duty.read(page).boundary == "us"
    assert [row.boundary for row in duty.deliveries(page)] == ["us"]
    assert {boundary for _name, _key, boundary in duty.events()} == {"us"}


def test_several_rotas_of_a_purpose_are_asked_level_by_level(duty):
    duty.rota("Ana", "Bogdan", key="east")
    duty.rota("Carla", "Dan", key="west")
    page = duty.page()
    assert page.staff.name == "Ana"
    assert duty.pass_time(page, minutes=10) == [(5, "Carla"), (10, "Bogdan")]


def test_step_costs_the_same_queries_for_one_page_and_for_three(duty, django_assert_num_queries):
    duty.rota("Ana", "Bogdan")
    duty.page(), duty.page(), duty.page()
    with acting(BY), django_assert_num_queries(9 + 3 * 4):
        actions.step_due(at=duty.at + 5 * MINUTE, limit=10)
