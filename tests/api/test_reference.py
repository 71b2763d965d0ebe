import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts.models import Organisation
from backstay.core.scoping import acting
from backstay.products import actions as products
from tests.api.conftest import problem
from tests.fixtures.cast import SETUP

NOW = "2026-11-18T08:00:00Z"


def items(response):
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["next"] is None
    return body["items"]


def test_me_says_whom_the_token_stands_for(world):
    assert world["ana"].get("/me").json() == {
        "kind": "contact",
        "id": world.person("ana").pk,
        "name": "Ana Marin",
        "organisation_id": world.meridian.pk,
        "roles": [],
        "may_write": True,
        "language": "ro",
        "timezone": "Europe/Bucharest",
    }
    lead = world["lead"].get("/me").json()
    assert (lead["kind"], lead["organisation_id"], lead["roles"]) == ("staff", None, ["agent", "lead"])


def test_organisations_are_those_that_the_viewer_may_know_of(world):
    meridian, liberty = world.meridian, world.liberty

    def names(name):
        return [row["name"] for row in items(world[name].get("/organisations"))]

    assert names("ana") == names("administrator") == ["Meridian"]
    assert names("grace") == ["Liberty"]
    assert names("eligible") == ["Liberty", "Meridian"]
    assert world["ana"].get(f"/organisations/{meridian.pk}").json() == {
        "id": meridian.pk,
        "name": "Meridian",
        "region": "ro",
        "language": "ro",
        "timezone": "Europe/Bucharest",
    }
    assert problem(world["manager"].get(f"/organisations/{liberty.pk}"))[0] == 404


def test_organisations_are_added_by_managers(world):
    new = {"name": " Harbour ", "region": "ro", "language": "ro", "timezone": "Europe/Bucharest"}
    made = world["manager"].post("/organisations", new)
    assert (made.status_code, made.json()) == (201, new | {"id": made.json()["id"], "name": "Harbour"})
    assert problem(world["lead"].post("/organisations", new))[:2] == (403, "Not allowed")
    assert problem(world["ana"].post("/organisations", new))[:2] == (403, "Not allowed")
    assert problem(world["manager"].post("/organisations", new | {"region": "mars"}))[2] == (
        'there is no region "mars"; there are ro, us'
    )
    assert (
        problem(world["manager"].post("/organisations", new | {"timezone": "Mars"}))[1] == "Unknown time zone"
    )


def test_contacts_are_added_by_managers(world):
    new = {"organisation_id": world.meridian.pk, "name": "Eva Toma", "email": "Eva@meridian.example"}
    made = world["manager"].post("/contacts", new)
    usual = {"case_view": "own", "access": "full", "language": "en", "timezone": "UTC"}
    expected = new | usual | {"id": made.json()["id"], "email": "eva@meridian.example"}
    assert (made.status_code, made.json()) == (201, expected)
    asked = {"organisation_id": world.meridian.pk}
    assert items(world["ana"].get("/contacts", asked))[1] == expected
    assert items(world["stranger"].get("/contacts", asked)) == []
    assert problem(world["lead"].post("/contacts", new))[:2] == (403, "Not allowed")
    assert problem(world["manager"].post("/contacts", new))[:2] == (409, "Already taken")
    assert (
        problem(world["manager"].post("/contacts", new | {"email": "eva"}))[2]
        == "Enter a valid email address."
    )
    outside = new | {"organisation_id": world.liberty.pk, "email": "e@liberty.example"}
    assert problem(world["administrator"].post("/contacts", outside))[:2] == (422, "Unknown reference")
    assert world["eligible manager"].post("/contacts", outside).status_code == 201


def test_staff_are_listed_to_staff(world):
    world.person("lead")
    assert items(world["agent"].get("/staff")) == [
        {"id": world.person("agent").pk, "name": "Dana Ionescu", "role": "agent", "team": "level-1"},
        {"id": world.person("lead").pk, "name": "Lidia Dima", "role": "lead", "team": "level-1"},
    ]
    assert problem(world["ana"].get("/staff")) == (403, "Not allowed", "only staff may list staff")


def test_products_and_their_versions(world, cast, at):
    gateway = cast.product()
    with acting(SETUP):
        old = products.add_version(product=gateway, name="5.13", released_on=at.date().replace(month=1))
        new = products.add_version(product=gateway, name="5.14", released_on=at.date())
    line = {"id": gateway.line_id, "name": "Gateway line"}
    product = {"id": gateway.pk, "key": "gateway", "name": "Gateway", "is_hardware": True, "line": line}
    assert items(world["ana"].get("/products")) == [product]
    assert items(world["ana"].get(f"/products/{gateway.pk}/versions")) == [
        {"id": new.pk, "name": "5.14", "released_on": "2026-11-18", "support_ends_on": None},
        {"id": old.pk, "name": "5.13", "released_on": "2026-01-18", "support_ends_on": None},
    ]
    assert problem(world["ana"].get(f"/products/{gateway.pk + 1}/versions"))[0] == 404


def test_devices_are_registered_by_managers(world, cast):
    gateway = cast.product()
    new = {"organisation_id": world.meridian.pk, "serial": "sn-1", "product_id": gateway.pk}
    made = world["manager"].post("/devices", new | {"purchased_on": "2026-01-02"})
    device = {
        "id": made.json()["id"],
        "serial": "SN-1",
        "organisation_id": world.meridian.pk,
        "product": {"id": gateway.pk, "name": "Gateway"},
        "version": None,
        "site": "",
        "purchased_on": "2026-01-02",
        "shipped_on": None,
        "delivered_on": None,
        "registered_on": None,
    }
    assert (made.status_code, made.json()) == (201, device)
    asked = {"organisation_id": world.meridian.pk}
    assert items(world["ana"].get("/devices", asked)) == [device]
    assert items(world["stranger"].get("/devices", asked)) == []
    assert problem(world["agent"].post("/devices", new | {"serial": "sn-2"}))[0] == 403
    assert problem(world["manager"].post("/devices", new))[:2] == (409, "Already taken")
    for wrong in ({"product_id": 2**62}, {"version_id": 2**62}, {"organisation_id": 2**62}):
        assert problem(world["manager"].post("/devices", new | wrong))[:2] == (422, "Unknown reference")


def contract(organisation, **values):
    usual = {
        "organisation_id": organisation.pk,
        "number": "C-1",
        "plan": "silver",
        "region": "ro",
        "starts_at": "2026-01-01T00:00:00+02:00",
    }
    return usual | values


def test_contracts_are_signed_by_managers(world):
    made = world["manager"].post("/contracts", contract(world.harbour))
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": made.json()["id"],
            "organisation_id": world.harbour.pk,
            "number": "C-1",
            "kind": "plan",
            "plan": "silver",
            "product_line": None,
            "region": "ro",
            "starts_at": "2025-12-31T22:00:00Z",
            "ends_at": None,
        },
    )
    assert world.open_case("stranger")["plan"] == "silver"


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("lead", {}, (403, "Not allowed")),
        ("manager", {"plan": None}, (422, "Plan missing")),
        ("manager", {"plan": "bronze"}, (422, "Unknown term")),
        ("manager", {"plan": "emerald-us"}, (422, "Not sold there")),
        ("manager", {"plan": "emerald-us", "region": "us"}, (403, "Outside the boundary")),
        ("manager", {"ends_at": "2025-01-01T00:00:00Z"}, (422, "Bad period")),
        ("manager", {"product_line_id": 2**62}, (422, "Unknown reference")),
    ],
)
def test_contracts_that_cannot_be_are_refused(world, name, values, expected):
    assert problem(world[name].post("/contracts", contract(world.harbour, **values)))[:2] == expected


def test_contracts_that_are_in_the_way_are_named(world):
    world["manager"].post("/contracts", contract(world.harbour))
    again = world["manager"].post("/contracts", contract(world.harbour, number="C-2"))
    assert problem(again) == (409, "Overlaps", "the period overlaps with that of contract C-1")
    taken = world["manager"].post("/contracts", contract(world.meridian, starts_at="2035-01-01T00:00:00Z"))
    assert problem(taken)[:2] == (409, "Already taken")


def test_a_bound_contract_puts_its_organisation_behind_the_boundary(world):
    bound = contract(world.harbour, plan="emerald-us", region="us")
    assert world["eligible manager"].post("/contracts", bound).status_code == 201
    assert problem(world["manager"].get(f"/organisations/{world.harbour.pk}"))[0] == 404
    with acting(SETUP):
        assert Organisation.objects.get(pk=world.harbour.pk).boundary == "us"


def test_plans_are_told_in_both_languages(world):
    english, romanian = (world["ana"].get("/plans", {"lang": lang}).json() for lang in ("en", "ro"))
    assert english["plans"] == romanian["plans"] == ["silver", "gold", "platinum", "emerald-us"]
    keys = ["case", "chatbot", "live_chat", "phone", "response_s1_s2", "response_s3_s4", "triage", "us_only"]
    assert [row["key"] for row in english["rows"]] == [row["key"] for row in romanian["rows"]] == keys
    assert english["rows"][4]["cells"] == [
        "within 4 hours",
        "within 2 hours",
        "within 1 hour",
        "within 1 hour",
    ]
    assert {len(row["cells"]) for row in romanian["rows"]} == {4}


def test_entitlement_tells_channels_and_promises_at_an_instant(world):
    saturday = "2026-11-21T10:00:00+02:00"
    told = world["ana"].get("/entitlement", {"organisation_id": world.meridian.pk, "at": saturday}).json()
    assert {key: told[key] for key in ("at", "plan", "region", "no_promise")} == {
        "at": "2026-11-21T08:00:00Z",
        "plan": "gold",
        "region": "ro",
        "no_promise": "",
    }
    assert told["channels"][0] == {
        "key": "case",
        "in_plan": True,
        "connected": True,
        "open_now": False,
        "opens_at": "2026-11-22T22:00:00Z",
        "closes_at": "2026-11-27T22:00:00Z",
        "reasons": ["outside_hours"],
    }
    assert [promise["severity"] for promise in told["promises"]] == ["S1", "S2", "S3", "S4"]
    assert told["promises"][0] == {
        "severity": "S1",
        "unit": "business_hours",
        "amount": 7200,
        "due_at": "2026-11-23T00:00:00Z",
        "stretches": [
            {
                "start": "2026-11-21T08:00:00Z",
                "end": "2026-11-22T22:00:00Z",
                "kind": "skipped",
                "reason": "closed_day",
                "detail": "",
            },
            {
                "start": "2026-11-22T22:00:00Z",
                "end": "2026-11-23T00:00:00Z",
                "kind": "counted",
                "reason": "open",
                "detail": "",
            },
        ],
    }


def test_entitlement_without_a_contract_says_so(world):
    told = world["stranger"].get("/entitlement", {"organisation_id": world.harbour.pk}).json()
    assert (told["plan"], told["no_promise"], told["promises"]) == (None, "no_contract", [])
    assert {channel["in_plan"] for channel in told["channels"]} == {False}


@pytest.mark.parametrize("instant", ["1990-01-01T00:00:00Z", "2199-12-31T23:59:59Z"])
def test_entitlement_is_told_for_the_first_and_last_instant_that_is_taken(world, instant):
    told = world["ana"].get("/entitlement", {"organisation_id": world.meridian.pk, "at": instant})
    assert told.status_code == 200


def test_entitlement_of_another_organisation_is_not_found_whatever_is_named(world, cast):
    gateway = cast.product()
    new = {"organisation_id": world.meridian.pk, "serial": "sn-1", "product_id": gateway.pk}
    device = world["manager"].post("/devices", new).json()["id"]
    for asked in ({}, {"device_id": device}, {"device_id": device + 1}):
        query = {"organisation_id": world.meridian.pk, **asked}
        assert problem(world["stranger"].get("/entitlement", query))[0] == 404
        assert world["ana"].get("/entitlement", query).status_code == (
            422 if device + 1 in asked.values() else 200
        )


def queries_of(caller, path):
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(path).status_code == 200
    return len(queries)


def test_lists_ask_as_often_for_three_rows_as_for_one(world, cast):
    gateway = cast.product()
    key = world.meridian.pk

    def add(number):
        new = {"organisation_id": key, "serial": f"sn-{number}", "product_id": gateway.pk}
        world["manager"].post("/devices", new)
        person = {"organisation_id": key, "name": f"P {number}", "email": f"p{number}@meridian.example"}
        world["manager"].post("/contacts", person)
        with acting(SETUP):
            products.add_version(product=gateway, name=f"{number}", released_on=cast.at.date())

    add(1)
    paths = [
        "/organisations",
        f"/contacts?organisation_id={key}",
        f"/devices?organisation_id={key}",
        "/products",
        f"/products/{gateway.pk}/versions",
        "/staff",
    ]
    one = [queries_of(world["manager"], path) for path in paths]
    for number in (2, 3):
        add(number)
        cast.organisation(name=f"More {number}")
        cast.product(f"more-{number}")
        cast.staff(f"More {number}")
    assert [queries_of(world["manager"], path) for path in paths] == one
    assert [len(world["manager"].get(path).json()["items"]) for path in paths] == [3] * 6
