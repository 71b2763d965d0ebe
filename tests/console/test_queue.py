import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backstay.cases import actions
from backstay.cases.choices import State
from backstay.console.filters import PAGE
from backstay.conversations.actions import NewMessage
from backstay.core.scoping import acting
from tests.console.pages import htmx, texts

QUEUE = reverse("console:queue")


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def ana(cast):
    return cast.contact(cast.organisation())


def test_queue_lists_the_next_promise_first_and_cases_without_one_last(cast, dana, ana, opened, signed_in):
    vlad = cast.contact(cast.organisation("Loose Ends", plan=""), "Vlad")
    opened(vlad, subject="Nothing promised")
    opened(ana, subject="Later", severity="S4")
    opened(ana, subject="Soon", severity="S1")
    response = signed_in(dana).get(QUEUE)
    assert texts(response, "row-title") == ["Soon", "Later", "Nothing promised"]
    assert texts(response, "clock-face")[-1] == "no promise"
    assert texts(response, "queue-count") == ["3 cases"]


def test_queue_answers_htmx_with_its_rows_alone(dana, ana, opened, signed_in):
    opened(ana)
    response = signed_in(dana).get(QUEUE, headers=htmx("queue"))
    assert texts(response, "row-title") == ["Gateway drops mail"]
    assert b"<html" not in response.content


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["Closing", "Mine", "Other"]),
        ("assignee=me", ["Mine"]),
        ("assignee=nobody", ["Closing", "Other"]),
        ("severity=S3", ["Other"]),
        ("state=new", ["Closing", "Other"]),
        ("state=new&state=triage", ["Closing", "Mine", "Other"]),
        ("queue=tier_2", []),
        ("plan=gold&severity=S1", ["Closing", "Mine"]),
        ("plan=silver", []),
        ("q=other", ["Other"]),
        ("q=meridian", ["Closing", "Mine", "Other"]),
        ("q=BS-99999999999999999999", []),
        ("risk=1", []),
        ("organisation=999999999", []),
        ("state=nonsense&assignee=x&organisation=y&sort=z&after=q&severity=", ["Closing", "Mine", "Other"]),
    ],
)
def test_queue_is_filtered_by_its_address(query, subjects, cast, dana, ana, opened, signed_in, at):
    opened(ana, subject="Closing")
    mine = opened(ana, subject="Mine", when=at + timedelta(seconds=1))
    opened(ana, subject="Other", severity="S3")
    viewer = cast.viewer(dana)
    with acting(viewer):
        actions.assign(case_id=mine.pk, staff_id=dana.pk, seen=None, by=viewer, at=at + timedelta(seconds=2))
    response = signed_in(dana).get(f"{QUEUE}?{query}")
    assert sorted(texts(response, "row-title")) == sorted(subjects)


def test_queue_finds_a_case_by_number_and_by_serial(cast, dana, ana, opened, signed_in):
    case = opened(ana, subject="Found")
    opened(ana, subject="Not this one")
    client = signed_in(dana)
    assert texts(client.get(f"{QUEUE}?q={case.reference.lower()}"), "row-title") == ["Found"]
    assert texts(client.get(f"{QUEUE}?q={case.number}"), "row-title") == ["Found"]


def test_at_risk_shows_what_was_warned_and_is_not_answered(cast, dana, ana, opened, signed_in, at):
    long_ago = at - timedelta(days=20)
    late = opened(ana, subject="Late", when=long_ago)
    opened(ana, subject="Fresh")
    with acting(cast.viewer(dana)) as viewer:
        actions.change_severity(case_id=late.pk, new="S2", reason="x", seen=None, by=viewer, at=at)
    assert texts(signed_in(dana).get(f"{QUEUE}?risk=1"), "row-title") == ["Late"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("number", "ascending"), ("-number", "descending"), ("severity", "ascending"), ("due", "ascending")],
)
def test_headers_say_how_the_queue_is_sorted(sort, expected, dana, ana, opened, signed_in):
    opened(ana, severity="S2")
    response = signed_in(dana).get(f"{QUEUE}?sort={sort}").content.decode()
    assert response.count("aria-sort") == 1
    assert f'aria-sort="{expected}"' in response


@pytest.mark.parametrize("sort", ["due", "number", "-number", "severity", "-updated"])
def test_pages_follow_each_other_without_gap_or_repetition(
    sort, cast, dana, ana, opened, signed_in, monkeypatch, at
):
    monkeypatch.setattr("backstay.console.filters.PAGE", 2)
    vlad = cast.contact(cast.organisation("Loose Ends", plan=""), "Vlad")
    for number in range(3):
        opened(ana, subject=f"Promised {number}", when=at - timedelta(minutes=number))
        opened(vlad, subject=f"Free {number}")
    client = signed_in(dana)
    whole = texts(client.get(f"{QUEUE}?sort={sort}"), "row-title")
    pages, response = [], client.get(f"{QUEUE}?sort={sort}")
    for _ in range(3):
        pages.append(texts(response, "row-title"))
        following = older(response)
        response = client.get(QUEUE + following) if following else response
    assert following == ""
    back = client.get(QUEUE + newer(response))
    assert sorted(subject for page in pages for subject in page) == sorted(
        [f"{kind} {n}" for kind in ("Promised", "Free") for n in range(3)]
    )
    assert [len(page) for page in pages] == [2, 2, 2]
    assert texts(back, "row-title") == pages[1]
    assert whole == pages[0]


def older(response) -> str:
    return link(response, "next")


def newer(response) -> str:
    return link(response, "prev")


def link(response, rel: str) -> str:
    _before, found, after = response.content.decode().partition(f'rel="{rel}" href="')
    return after.partition('"')[0].replace("&amp;", "&") if found else ""


def test_queue_asks_as_often_for_three_rows_as_for_one(dana, ana, opened, signed_in):
    client = signed_in(dana)
    opened(ana)
    asked = [queries_of(client) for _ in range(2)][-1]
    opened(ana)
    opened(ana)
    assert queries_of(client) == asked
    assert PAGE == 50


def queries_of(client, path=QUEUE) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "query", ["", "q={number}", "q=pump", "q=sandia", "plan=emerald-us", "case={number}"]
)
def test_nothing_of_a_bound_case_reaches_who_is_not_eligible(query, cast, dana, opened, signed_in):
    case = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim"), subject="Pump fails")
    chris = cast.staff("Chris Lee", eligible_us=True)
    address = f"{QUEUE}?{query.format(number=case.number)}"
    inside, outside = (signed_in(who).get(address) for who in (chris, dana))
    assert (texts(inside, "row-title"), texts(inside, "queue-count")) == (["Pump fails"], ["1 case"])
    assert (texts(outside, "row-title"), texts(outside, "queue-count")) == ([], ["0 cases"])
    shown = [
        (word in inside.content, word in outside.content) for word in (b"Pump fails", b"Sandia", b"US only")
    ]
    assert shown == [(True, False)] * 3


def test_counts_of_the_rail_leave_bound_cases_out(cast, dana, ana, opened, signed_in):
    opened(ana)
    kim = cast.contact(cast.organisation("Sandia Water", "emerald-us", "us"), "Kim Fox")
    opened(kim)
    chris = cast.staff("Chris Lee", eligible_us=True)
    path = reverse("console:views")
    inside, outside = (signed_in(who).get(path, headers=htmx("views")) for who in (chris, dana))
    assert texts(inside, "count") == ["0", "0", "2", "0", "1", "1", "0", "2"]
    assert texts(outside, "count") == ["0", "0", "1", "0", "1", "0", "0", "1"]


def test_split_view_shows_the_case_that_the_address_names(dana, ana, opened, signed_in):
    case = opened(ana, subject="Beside")
    response = signed_in(dana).get(f"{QUEUE}?case={case.number}")
    assert texts(response, "case-facts")[0].startswith(f"{case.reference} · New · Level 1 · unassigned")


def test_closed_cases_are_listed_newest_first(cast, dana, ana, opened, signed_in, at):
    viewer = cast.viewer(dana)
    for number in range(2):
        case = opened(ana, subject=f"Done {number}")
        with acting(viewer):
            actions.reply(case_id=case.pk, message=NewMessage(body="Solved."), seen=None, by=viewer, at=at)
            later = at + timedelta(minutes=number)
            actions.close(case_id=case.pk, reason="solved", seen=None, by=viewer, at=later)
    response = signed_in(dana).get(f"{QUEUE}?state={State.CLOSED}&sort=-updated")
    assert texts(response, "row-title") == ["Done 1", "Done 0"]
    assert "Closed recently" in texts(response, "heading")[0]


def test_scripts_and_styles_of_the_console_are_kept_until_their_content_changes(cast, signed_in):
    """Their addresses carry a hash of the content, as the kit's do."""
    client = signed_in(cast.staff())
    page = client.get(reverse("console:queue")).content.decode()
    addresses = re.findall(r'(?:href|src)="([^"]*/console/[a-z]+\.(?:css|js))"', page)
    assert [address.rsplit("/", 1)[1] for address in addresses] == ["console.css", "queue.js", "case.js"]
    kept = [client.get(address).headers["Cache-Control"] for address in addresses]
    assert kept == ["public, max-age=31536000, immutable"] * 3
