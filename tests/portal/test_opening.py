from datetime import timedelta

import pytest

from backstay.cases import queries
from backstay.core.scoping import acting

FORM = {"subject": "Gateway drops mail", "body": "Since **5.14**.", "severity": "S1"}


def cases_of(world):
    with acting(world.cast.viewer(world.ana)):
        return list(queries.visible().order_by("number"))


def test_new_case_page_promises_each_severity_before_one_is_chosen(world):
    page = world.page(world.ana).get("/cases/new", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    offer = page.context["offer"]
    assert [row.key for row in offer.rows] == ["S1", "S2", "S3", "S4"]
    assert offer.rows[0].due_at == world.at + timedelta(hours=2)
    assert offer.chosen is None


def test_new_case_is_opened_with_what_the_page_promised(world):
    client = world.page(world.ana)
    promised = client.get("/cases/new?severity=S1").context["offer"].chosen.due_at
    answer = client.post("/cases/new", FORM | {"idempotency_key": "one"})
    (case,) = cases_of(world)
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.number}?opened=1")
    assert case.next_due_at == promised
    shown = client.get(answer["Location"])
    assert shown.context["standing"].due_at == promised
    assert shown.context["was_opened_now"]


@pytest.mark.parametrize("path", ["/plans", "/plans/advisor", "/plans/advisor?ask=1&within=7200&us_only=on"])
def test_public_pages_answer_strangers(world, client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/cases", "/cases/new", "/devices", "/account"])
def test_pages_answer(world, path):
    world.open()
    assert world.page(world.ana).get(path).status_code == 200


@pytest.mark.parametrize("path", ["", "/severity", "/close", "/participants", "/reopen"])
def test_case_pages_answer(world, path):
    case = world.open()
    assert world.page(world.ana).get(f"/cases/{case.number}{path}").status_code == 200
