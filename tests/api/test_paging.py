from datetime import timedelta

import pytest

from tests.api.conftest import problem


def pages(caller, path, **query):
    """Every page of a list, one after the other."""
    after = {}
    while after is not None:
        page = caller.get(path, query | after).json()
        yield page["items"]
        after = page["next"] and {"after": page["next"]}


def test_pages_follow_each_other_without_gap_or_double(world, now):
    numbers = []
    for number in range(5):
        now.at += timedelta(microseconds=number % 2)  # some changed in the same instant
        numbers.append(world.open_case()["number"])
    found = [[case["number"] for case in page] for page in pages(world["ana"], "/cases", limit=2)]
    newest = numbers[::-1]
    assert found == [newest[:2], newest[2:4], newest[4:]]


def test_pages_are_not_disturbed_by_what_comes_between(world, now):
    numbers = []
    for _ in range(3):
        now.at += timedelta(seconds=1)
        numbers.append(world.open_case()["number"])
    walk = pages(world["ana"], "/cases", limit=1)
    first = next(walk)
    now.at += timedelta(seconds=1)
    world.open_case()
    assert [page[0]["number"] for page in [first, *walk]] == numbers[::-1]


@pytest.mark.parametrize("path", ["/organisations", "/staff", "/contacts", "/products"])
def test_pages_in_the_order_of_names_hold_equal_names_apart(world, cast, path):
    for number in range(3):
        cast.organisation(name="Same", plan="")
        cast.staff(f"Same {number}")
        cast.contact(world.meridian, f"Same {number}")
        cast.product(f"product-{number}")
    query = {"organisation_id": world.meridian.pk} if path == "/contacts" else {}
    world["agent"].get("/me")
    whole = world["agent"].get(path, query).json()["items"]
    assert [row for page in pages(world["agent"], path, limit=1, **query) for row in page] == whole


def test_a_cursor_is_good_for_its_own_list_only(world):
    world.open_case()
    world.open_case()
    cursor = world["ana"].get("/cases", {"limit": 1}).json()["next"]
    assert world["ana"].get("/cases", {"after": cursor}).status_code == 200
    for path, after in (("/organisations", cursor), ("/cases", "x"), ("/cases", cursor[:-1]), ("/cases", "")):
        assert problem(world["ana"].get(path, {"after": after})) == (
            422,
            "Bad cursor",
            "this is no cursor of this list: begin without one",
        )


@pytest.mark.parametrize("limit", [0, 101, "x"])
def test_a_page_is_one_to_a_hundred_rows_long(world, limit):
    assert problem(world["ana"].get("/cases", {"limit": limit}))[0] == 422
