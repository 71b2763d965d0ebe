from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from backstay.accounts import actions as accounts
from backstay.accounts.actions import Stay
from backstay.core.scoping import acting
from backstay.oncall import actions, queries
from backstay.oncall.actions import LayerTerms
from backstay.oncall.models import Member, Override
from tests.fixtures.duty import BY, DAY

HOUR = timedelta(hours=1)


def gaps(duty, rota, *, days: int = 28):
    with acting(BY):
        row = queries.rotas(pk=rota.pk).get()
        found = queries.gaps(row, duty.at, duty.at + days * DAY)
    return [((gap.start - duty.at) / HOUR, (gap.end - duty.at) / HOUR, str(gap.reason)) for gap in found]


def test_rota_without_layers_is_one_gap(duty):
    assert gaps(duty, duty.rota()) == [(0, 28 * 24, "nobody")]


def test_override_fills_the_part_of_a_gap_that_it_covers(duty):
    rota = duty.rota()
    with acting(BY):
        actions.take_over(
            rota=rota,
            staff_id=duty.person("Ana").pk,
            starts_at=duty.at + 2 * HOUR,
            ends_at=duty.at + 5 * HOUR,
            by=BY,
            at=duty.at,
        )
    assert gaps(duty, rota, days=1) == [(0, 2, "nobody"), (5, 24, "nobody")]


def test_bound_rota_is_a_gap_while_the_person_on_call_is_abroad_or_not_attested_any_more(duty):
    chris = duty.person("Chris", eligible_us=True)
    rota = duty.rota("Chris", serves="us")
    assert gaps(duty, rota) == []
    leaves = Stay(country="CA", starts_at=duty.at + 4 * DAY)
    with acting(BY):
        accounts.declare_location(staff=chris, stay=leaves, by=BY, at=duty.at)
    assert gaps(duty, rota) == [(4 * 24, 28 * 24, "not_eligible")]


def test_bound_rota_is_a_gap_in_the_turns_of_outsiders(duty):
    duty.person("Chris", eligible_us=True)
    rota = duty.rota("Chris", "Ana", serves="us")
    week, first = 7 * 24, 6 * 24 - 1  # the first turn began yesterday at nine, an hour before `at`
    assert gaps(duty, rota) == [
        (first, first + week, "not_eligible"),
        (first + 2 * week, first + 3 * week, "not_eligible"),
    ]


def test_open_rota_asks_nobody_for_citizenship(duty):
    assert gaps(duty, duty.rota("Ana")) == []


def test_on_call_names_levels_by_purpose_or_by_rota(duty):
    duty.rota("Ana", "Bogdan")
    duty.rota("Mara", purpose="management")
    with acting(BY):
        told = {
            which: [staff.name for staff in queries.on_call(which, boundary="open", at=duty.at)]
            for which in ("support", "management", "management-open", "nothing")
        }
    assert told == {
        "support": ["Ana", "Bogdan"],
        "management": ["Mara"],
        "management-open": ["Mara"],
        "nothing": [],
    }


def test_whoever_left_is_on_call_no_more(duty):
    duty.rota("Ana", "Bogdan")
    with acting(BY):
        ana = duty.person("Ana")
        ana.is_active = False
        ana.save()
        assert [staff.name for staff in queries.on_call("support", boundary="open", at=duty.at)] == ["Bogdan"]


def test_database_refuses_overrides_that_overlap_and_members_in_one_place(duty):
    rota = duty.rota("Ana")
    with acting(BY):
        period = DateTimeTZRange(duty.at, duty.at + DAY)
        Override.objects.create(rota=rota, staff=duty.person("Ana"), period=period)
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(rota=rota, staff=duty.person("Bogdan"), period=period)
        empty = DateTimeTZRange(duty.at, duty.at)
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(rota=rota, staff=duty.person("Ana"), period=empty)
        member = Member.objects.get()
        connection.cursor().execute("set constraints member_position immediate")
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.create(layer=member.layer, position=member.position, staff=member.staff)


def test_layer_that_cannot_work_is_refused(duty):
    given = {"name": "Weeks", "zone": "Europe/Bucharest", "first_day": duty.at.date(), "members": [1]}
    for wrong in ({"turn_days": 0}, {"members": []}, {"zone": "Mars/Olympus"}):
        with pytest.raises(actions.BadRota):
            LayerTerms(**{**given, "hands_over_at": duty.at.time(), "turn_days": 7, **wrong})


def test_given_back_override_keeps_what_has_passed_of_it(duty):
    rota = duty.rota()
    with acting(BY):
        row = actions.take_over(
            rota=rota,
            staff_id=duty.person("Ana").pk,
            starts_at=duty.at,
            ends_at=duty.at + 10 * HOUR,
            by=BY,
            at=duty.at,
        )
        actions.end_override(override=row, by=BY, at=duty.at + 3 * HOUR)
        assert Override.objects.get().period == DateTimeTZRange(duty.at, duty.at + 3 * HOUR)
