from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from backstay.accounts.choices import Role
from backstay.core import audit
from backstay.core.scoping import PUBLIC, Viewer, ViewerKind, acting, machine
from backstay.plans import actions, queries
from backstay.plans.catalogue import BadCatalogue
from backstay.plans.models import CatalogueVersion, PlanVersion

ADMINISTRATOR = Viewer(
    kind=ViewerKind.STAFF, id=7, name="Ada Min", sees_us=False, roles=frozenset({Role.ADMINISTRATOR})
)


@pytest.fixture
def apply(acting_as, at):
    acting_as(machine("test"))
    actions.ensure_catalogue(by=machine("test"), at=at)
    return lambda source, **more: actions.apply(
        **({"source": source, "by": machine("test"), "at": at} | more)
    )


def test_apply_writes_the_plans_and_their_calendars(apply, shipped_source, shipped_catalogue, at):
    applied = apply(shipped_source + "\n# mine\n", by=ADMINISTRATOR, at=at + timedelta(days=1))
    version = CatalogueVersion.objects.get(pk=applied.version.pk)
    assert applied.is_new
    assert (version.applied_by, version.applied_at) == ("Ada Min", at + timedelta(days=1))
    found = {plan.key: queries.terms(plan) for plan in version.plans.all()}
    assert found == shipped_catalogue.plans
    places = set(version.calendars.values_list("key", "region"))
    assert places == {(calendar.key, region.key) for calendar, region in shipped_catalogue.places}


def test_apply_keeps_calendars_that_did_not_change(apply, shipped_source):
    before = apply(shipped_source + "\n# one\n").version
    changed = shipped_source.replace('open = ["mon-fri 08:00-20:00"]', 'open = ["mon-fri 07:00-19:00"]')
    after = apply(changed).version
    kept = set(before.calendars.values_list("id", flat=True)) & set(
        after.calendars.values_list("id", flat=True)
    )
    assert len(kept) == before.calendars.count() - 2
    assert set(after.calendars.filter(key="12x5").values_list("version", flat=True)) == {2}


def test_apply_again_makes_no_version(apply, shipped_source):
    source = shipped_source + "\n# mine\n"
    first, count = apply(source), CatalogueVersion.objects.count()
    again = apply(source)
    assert (again.is_new, again.version) == (False, first.version)
    assert CatalogueVersion.objects.count() == count


def test_apply_of_an_older_text_is_a_new_version(apply, shipped_source):
    first = apply(shipped_source + "\n# one\n").version
    second = apply(shipped_source + "\n# two\n").version
    third = apply(shipped_source + "\n# one\n").version
    assert (second.number, third.number) == (first.number + 1, first.number + 2)


def test_apply_of_a_bad_catalogue_changes_nothing(apply, shipped_source):
    before = CatalogueVersion.objects.count(), PlanVersion.objects.count()
    with pytest.raises(BadCatalogue):
        apply(shipped_source.replace("rank = 40", "rank = 30"))
    assert (CatalogueVersion.objects.count(), PlanVersion.objects.count()) == before


def test_apply_hands_on_the_warnings(apply, shipped_source):
    old = 'unit = "business_hours"\namount = "4 hours"\ncalendar = "coverage of case"'
    applied = apply(shipped_source.replace(old, 'unit = "elapsed"\namount = "4 hours"'))
    assert [warning.path for warning in applied.warnings] == [
        ("plans", "silver", "targets", "blocker", "unit")
    ]


@pytest.mark.parametrize(
    "viewer",
    [
        PUBLIC,
        Viewer(kind=ViewerKind.CONTACT, id=1, roles=frozenset({Role.ADMINISTRATOR})),
        Viewer(kind=ViewerKind.STAFF, id=1, roles=frozenset({Role.AGENT, Role.LEAD, Role.MANAGER})),
    ],
)
def test_apply_is_for_administrators(apply, shipped_source, viewer):
    with pytest.raises(actions.MayNotApply):
        apply(shipped_source + "\n# mine\n", by=viewer)


def test_apply_is_audited(apply, shipped_source, at):
    version = apply(shipped_source + "\n# mine\n", by=ADMINISTRATOR).version
    (entry,) = audit.of(("catalogue", version.pk))
    assert (entry.kind, entry.actor_name, entry.at) == ("catalogue_applied", "Ada Min", at)
    assert entry.facts == {"number": version.number, "plans": ["silver", "gold", "platinum", "emerald-us"]}


def test_ensure_catalogue_applies_the_shipped_one_once(apply, shipped_source, at):
    first = CatalogueVersion.objects.order_by("number").first()
    assert (first.number, first.source) == (1, shipped_source)
    assert actions.ensure_catalogue(by=machine("test"), at=at) == queries.newest()


def test_promises_made_keep_their_terms(apply, shipped_source, at):
    before = queries.plan("gold", at)
    apply(shipped_source.replace('amount = "2 hours"', 'amount = "3 hours"'), at=at + timedelta(days=1))
    after = queries.plan("gold", at + timedelta(days=1))
    frozen = PlanVersion.objects.get(pk=before.pk)
    assert queries.target(frozen, "S1", "ro").span.amount == 7200
    assert queries.target(after, "S1", "ro").span.amount == 10800


@pytest.mark.django_db(transaction=True)
def test_two_appliers_at_once_make_two_versions_in_order(shipped_source, at):
    with acting(machine("test")) as viewer:
        before = actions.ensure_catalogue(by=viewer, at=at)
    together = Barrier(4)

    def run(number):
        try:
            with acting(machine(f"applier {number}")) as viewer:
                together.wait()
                source = shipped_source.replace("20:00", f"{18 + number % 2}:00")
                return actions.apply(source=source, by=viewer, at=at).version.number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(run, range(4)))
    with acting(machine("test")):
        versions = CatalogueVersion.objects.filter(number__gt=before.number).order_by("number")
        assert [version.number for version in versions] == sorted(set(numbers))
        assert [version.number - before.number for version in versions] == list(
            range(1, len(set(numbers)) + 1)
        )
        assert [version.calendars.count() for version in versions] == [10] * len(versions)
        assert 2 <= len(versions) <= 4


def test_apply_refuses_to_move_a_plan_across_the_boundary(apply, shipped_source):
    before = CatalogueVersion.objects.count()
    moved = shipped_source.replace('boundary = "us"', 'boundary = "open"')
    with pytest.raises(BadCatalogue) as refused:
        apply(moved)
    line = moved.splitlines().index('boundary = "open"') + 1
    assert [(problem.path, problem.line, problem.allowed) for problem in refused.value.problems] == [
        (("plans", "emerald-us", "boundary"), line, ("us",))
    ]
    assert CatalogueVersion.objects.count() == before
