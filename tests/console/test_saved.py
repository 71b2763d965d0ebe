import pytest
from django.urls import reverse

from backstay.accounts.choices import Role
from backstay.cases.models import SavedView
from backstay.console import filters
from backstay.core.scoping import acting
from tests.console.pages import htmx, texts
from tests.fixtures.cast import SETUP

VIEWS = reverse("console:views")


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def lena(cast):
    return cast.staff("Lena", Role.LEAD)


def saved():
    with acting(SETUP):
        return [(row.name, row.staff_id, row.filters) for row in SavedView.objects.order_by("id")]


def test_view_keeps_the_filters_of_the_queue(dana, signed_in):
    client = signed_in(dana)
    query = "state=new&severity=S1&assignee=nobody&sort=-number"
    assert b"state=new" in client.get(f"{VIEWS}?{query}").content
    response = client.post(VIEWS, {"name": "Fresh blockers", "filters": query + "&after=junk"})
    assert response.headers["Location"] == f"/console/?{query}"
    kept = {"states": ["new"], "severities": ["S1"], "assignee": "nobody", "sort": "-number"}
    assert saved() == [("Fresh blockers", dana.pk, kept)]
    assert filters.saved(kept).query() == query
    page = client.get(response.headers["Location"])
    assert "Fresh blockers" in texts(page, "heading")[0]


def test_views_of_ones_own_are_seen_by_oneself_and_shared_ones_by_all(dana, lena, signed_in):
    signed_in(lena).post(VIEWS, {"name": "Everybody's", "filters": "severity=S1", "shared": "on"})
    signed_in(lena).post(VIEWS, {"name": "Lena's", "filters": "severity=S2"})
    seen = [signed_in(who).get(VIEWS, headers=htmx("views")).content.decode() for who in (lena, dana)]
    assert [("Everybody&#x27;s" in page, "Lena&#x27;s" in page) for page in seen] == [
        (True, True),
        (True, False),
    ]


def test_agents_share_no_views_and_change_none_that_are_shared(dana, lena, signed_in):
    refused = signed_in(dana).post(VIEWS, {"name": "Mine", "filters": "", "shared": "on"})
    assert (refused.status_code, saved()) == (422, [])
    signed_in(lena).post(VIEWS, {"name": "All", "filters": "severity=S1", "shared": "on"})
    with acting(SETUP):
        address = reverse("console:view", args=[SavedView.objects.get().pk])
    assert signed_in(dana).post(address, {"drop": "1"}).status_code == 403
    assert signed_in(lena).post(address, {"name": "Blockers"}).status_code == 302
    assert [name for name, *_ in saved()] == ["Blockers"]
    signed_in(lena).post(address, {"drop": "1"})
    assert saved() == []


def test_views_of_others_do_not_exist(dana, lena, signed_in):
    signed_in(lena).post(VIEWS, {"name": "Lena's", "filters": ""})
    with acting(SETUP):
        address = reverse("console:view", args=[SavedView.objects.get().pk])
    assert signed_in(dana).post(address, {"drop": "1"}).status_code == 404


def test_view_without_a_name_is_refused(dana, signed_in):
    response = signed_in(dana).post(VIEWS, {"name": " ", "filters": "severity=S1"})
    assert (response.status_code, saved()) == (422, [])
    assert b"severity=S1" in response.content
