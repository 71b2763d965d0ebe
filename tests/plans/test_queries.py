from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.calendars.queries import compiled
from backstay.core.scoping import PUBLIC, machine
from backstay.plans import actions, queries
from backstay.plans.models import CatalogueVersion, PlanVersion
from businesstime import Span, Unit


@pytest.fixture
def later(at):
    return at + timedelta(days=1)


@pytest.fixture(autouse=True)
def versions(acting_as, at, later, shipped_source):
    """Two catalogues: the shipped one, and from `later` on one without Gold."""
    acting_as(machine("test"))
    first = actions.ensure_catalogue(by=machine("test"), at=at)
    source = shipped_source.replace("plans.gold", "plans.bronze")
    second = actions.apply(source=source, by=machine("test"), at=later).version
    acting_as(PUBLIC)
    return first, second


def test_current_is_the_newest_applied_by_then(versions, at, later):
    first, second = versions
    assert queries.current(later - timedelta(seconds=1)) == first
    assert queries.current(later) == queries.current(later + timedelta(days=400)) == second


def test_current_before_the_first_is_the_first(versions):
    assert queries.current(versions[0].applied_at - timedelta(days=1)) == versions[0]


def test_current_without_any_says_so(at):
    PlanVersion.objects.all().delete()
    CatalogueVersion.objects.all().delete()
    with pytest.raises(queries.NoCatalogue, match=r"^no catalogue has been applied yet$"):
        queries.current(at)


def test_plan_is_that_of_the_instant(versions, at, later):
    assert queries.plan("gold", at).catalogue == versions[0]
    with pytest.raises(queries.UnknownPlan) as error:
        queries.plan("gold", later)
    assert error.value.allowed == ("silver", "bronze", "platinum", "emerald-us")
    assert str(error.value) == 'there is no plan "gold"; there are silver, bronze, platinum, emerald-us'


def test_plans_are_in_order_of_rank(later):
    assert [plan.key for plan in queries.plans(later)] == ["silver", "bronze", "platinum", "emerald-us"]


def test_severities_are_those_of_the_catalogue_in_force(at):
    found = queries.severities(at)
    assert [severity.key for severity in found] == ["S1", "S2", "S3", "S4"]
    assert [severity.production for severity in found] == ["yes", "yes", "either", "either"]
    assert [severity.workaround for severity in found] == ["no", "no", "yes", "either"]


def test_target_carries_its_calendar_version(versions, at):
    found = queries.target(queries.plan("silver", at), "S2", "ro")
    assert found.span == Span(Unit.BUSINESS_HOURS, 4 * 3600)
    assert (found.calendar.key, found.calendar.region) == ("12x5", "ro")
    assert versions[0].calendars.contains(found.calendar)
    assert compiled(found.calendar).zone == "Europe/Bucharest"


def test_target_of_elapsed_time_has_no_calendar(shipped_source, later):
    old = 'unit = "business_hours"\namount = "4 hours"\ncalendar = "coverage of case"'
    source = shipped_source.replace(old, 'unit = "elapsed"\namount = "4 hours"')
    actions.apply(source=source, by=machine("test"), at=later)
    assert queries.target(queries.plan("silver", later), "S1", "ro").calendar is None


def test_target_of_unknown_severity_or_region_lists_what_there_is(at):
    silver = queries.plan("silver", at)
    with pytest.raises(
        queries.UnknownSeverity, match=r'^there is no severity "S5"; there are S1, S2, S3, S4$'
    ):
        queries.target(silver, "S5", "ro")
    with pytest.raises(queries.UnknownRegion, match=r'^there is no region "de"; there are ro, us$'):
        queries.target(silver, "S1", "de")


def test_calendar_of_an_unknown_key_is_a_key_error(at):
    with pytest.raises(KeyError):
        queries.calendar(queries.plan("silver", at), "7x1", "ro")


def test_coverage_is_the_calendar_of_a_channel_or_none(at):
    gold = queries.plan("gold", at)
    assert queries.coverage(gold, "live_chat", "us").key == "24x5"
    assert queries.coverage(gold, "phone", "us") is None
    with pytest.raises(queries.UnknownChannel, match=r'^there is no channel "fax"; there are '):
        queries.coverage(gold, "fax", "us")


def test_coverage_week_is_in_the_readers_zone(at):
    found = queries.coverage_week(
        queries.plan("silver", at), "ro", ZoneInfo("America/New_York"), date(2026, 11, 16)
    )
    assert [(channel.channel, channel.included) for channel in found] == [
        ("case", True),
        ("chatbot", True),
        ("live_chat", False),
        ("phone", False),
    ]
    (stretch,) = found[0].days[0].stretches
    assert (stretch.start.hour, stretch.end.hour) == (1, 13)


def test_frozen_facts_are_asked_once(at):
    silver = queries.plan("silver", at)
    queries.target(silver, "S1", "ro")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        same = PlanVersion(pk=silver.pk, catalogue_id=silver.catalogue_id, key="silver", terms=silver.terms)
        queries.target(same, "S3", "us")
        queries.coverage(same, "case", "ro")
    assert len(asked) == 0


def test_what_becomes_of_cases_is_read_from_the_version(at):
    gold = queries.plan("gold", at)
    target = queries.handover_target(gold, "S3", "ro")
    assert (target.span, target.calendar.key) == (Span(Unit.BUSINESS_HOURS, 8 * 3600), "business-hours")
    assert (queries.closing(gold, "S1"), queries.closing(gold, "S4").close_days) == (None, 10)
    assert (queries.reopening_days(gold), queries.ladder(gold).key) == (14, "standard")
    assert [urgency.key for urgency in queries.request_urgencies(at)] == ["urgent", "timely", "not_urgent"]
    assert queries.tier_names(at)["tier_3"] == {"en": "Level 3", "ro": "Nivelul 3"}


def test_versions_older_than_these_parts_mean_none(at):
    gold = queries.plan("gold", at)
    old = PlanVersion.objects.create(catalogue=gold.catalogue, key="old", rank=1, terms=gold.terms)
    for part in ("handover", "closing", "reopening", "ladder"):
        del old.terms[part]
    assert (queries.handover_target(old, "S1", "ro"), queries.closing(old, "S2")) == (None, None)
    assert (queries.reopening_days(old), queries.ladder(old)) == (None, None)
