from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from backstay.portal.views import plans

# service.md, section 1, cell for cell
ENGLISH = """
Case (ticket) in the portal | 12 hours, {business} | 24 hours, {business} | {always} | {always}
AI chatbot | {always} | {always} | {always} | {always}
Live agent chat | not included | 24 hours, {business} | 24 hours, {business} | 13 hours, {business}
Phone | not included | not included | {always} | {always}
Blocker severity (S1 & S2) | within 4 hours | within 2 hours | within 1 hour | within 1 hour
Lower severity (S3 & S4) | within 1 business day | within 8 {hours} | within 4 {hours} | within 4 {hours}
Initial support triage | Level 1 | Level 1 | Level 2 | Level 2
Support only by US citizens on US soil | - | - | - | yes
""".format(business="business days", always="24 hours, 7 days", hours="business hours")
ROMANIAN = """
Caz (Bilet) | 12 ore {business} | 24 ore {business} | {always} | {always}
AI Chatbot | {always} | {always} | {always} | {always}
Chat cu agentul live | Nu este inclus | 24 ore {business} | 24 ore {business} | 13 ore {business}
Telefon | Nu este inclus | Nu este inclus | {always} | {always}
Severitatea blocantului (S1 & S2) | {term} 4 ore | {term} 2 ore | {term} 1 oră | {term} 1 oră
Gravitate redusă (S3 & S4) | {term} 1 zi lucrătoare | {term} 8 {hours} | {term} 4 {hours} | {term} 4 {hours}
Triajul sprijinului inițial | Nivelul 1 | Nivelul 1 | Nivelul 2 | Nivelul 2
Sprijin oferit numai de cetățeni americani pe teritoriul SUA | - | - | - | da
""".format(
    business="(zile lucrătoare)",
    always="24 de ore (7 zile pe săptămână)",
    term="În termen de",
    hours="ore lucrătoare",
)
AT = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Bucharest"))


@pytest.fixture
def stranger(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    return Client()


def table(answer):
    """A line for each row, its cells apart by bars."""
    rows = [row for group in answer.context["groups"] for row in group.rows]
    lines = (" | ".join([row.label, *(cell.text for cell in row.cells)]) for row in rows)
    return "\n".join(["", *lines, ""])


def hours(answer, plan, channel):
    """The open stretches of a channel, in the zone of the page."""
    week = next(each for each in answer.context["weeks"] if each.name == plan)
    row = next(each for each in week.rows if each.label == channel)
    zone = ZoneInfo(answer.context["zone"])
    return [(start.astimezone(zone), end.astimezone(zone)) for start, end in row.stretches]


@pytest.mark.parametrize(
    ("lang", "names", "rows"),
    [
        ("en", ("Silver", "Gold", "Platinum", "Emerald - US"), ENGLISH),
        ("ro", ("Argint", "Aur", "Platină", "Emerald - US"), ROMANIAN),
    ],
)
def test_matrix_agrees_with_what_is_sold_cell_for_cell(stranger, lang, names, rows):
    answer = stranger.get(f"/plans?lang={lang}")
    assert (answer.context["names"], table(answer)) == (names, rows)


def test_matrix_marks_what_is_not_included(stranger):
    groups = stranger.get("/plans?lang=en").context["groups"]
    missing = [
        (row.label, number)
        for group in groups
        for row in group.rows
        for number, cell in enumerate(row.cells)
        if not cell.included
    ]
    us_only = "Support only by US citizens on US soil"
    assert missing == [
        ("Live agent chat", 0), ("Phone", 0), ("Phone", 1), (us_only, 0), (us_only, 1), (us_only, 2),
    ]  # fmt: skip  # one row a line


def test_week_is_shown_in_the_zone_of_the_strangers_browser(stranger):
    stranger.cookies["backstay_timezone"] = "America/New_York"
    answer = stranger.get("/plans?lang=en")
    first = hours(answer, "Silver", "Case (ticket) in the portal")[0]
    zone = ZoneInfo("America/New_York")
    assert first == (datetime(2026, 11, 16, 1, tzinfo=zone), datetime(2026, 11, 16, 13, tzinfo=zone))
    assert answer.context["is_zone_guessed"]


def test_week_is_shown_in_the_zone_that_is_chosen_and_remembered(stranger):
    answer = stranger.get("/plans?zone=Asia/Tokyo")
    assert answer.context["zone"] == "Asia/Tokyo"
    assert stranger.get("/plans").context["zone"] == "Asia/Tokyo"


@pytest.mark.parametrize("asked", ["zone=Mars/Olympus", "region=moon", "zone=../etc"])
def test_what_makes_no_sense_is_left_out(stranger, asked):
    answer = stranger.get(f"/plans?lang=en&{asked}")
    assert (answer.status_code, answer.context["zone"], answer.context["region"]) == (200, "UTC", "Romania")


def test_week_of_signed_in_people_is_in_their_own_zone(world):
    answer = world.page(world.ana).get("/plans?zone=Asia/Tokyo")
    assert answer.context["zone"] == "Europe/Bucharest"
    assert "zone" not in answer.context["form"].fields


def test_week_follows_the_region_and_says_where_a_plan_is_given_elsewhere(stranger):
    us = stranger.get("/plans?lang=en&region=us&zone=America/New_York")
    start, end = hours(us, "Silver", "Case (ticket) in the portal")[0]
    assert (start.hour, end.hour) == (8, 20)
    assert [week.elsewhere for week in us.context["weeks"]] == [""] * 4
    ro = stranger.get("/plans?lang=en&region=ro")
    assert [week.elsewhere for week in ro.context["weeks"]] == ["", "", "", "United States, Eastern"]


@pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 22)])
def test_week_begins_on_its_monday(day):
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("UTC"))
    assert plans._monday(noon) == date(2026, 11, 16)


def test_advisor_weighs_the_answers_for_and_against_each_plan(stranger):
    answer = stranger.get("/plans/advisor?lang=en&ask=1&within=7200&channels=phone&region=ro")
    assert answer.context["best"] == "Platinum"
    assert {each["name"]: each["suits"] for each in answer.context["advice"]} == {
        "Platinum": True,
        "Gold": False,
        "Silver": False,
        "Emerald - US": False,
    }
    gold = next(each for each in answer.context["advice"] if each["name"] == "Gold")
    assert [(reason.words, reason.for_it) for reason in gold["reasons"]] == [
        ("Phone: not included.", False),
        ("S1 & S2: answered within 2 hours.", True),
    ]


@pytest.mark.parametrize("asked", ["", "?lang=ro"])
def test_advisor_asks_before_it_advises(stranger, asked):
    assert stranger.get(f"/plans/advisor{asked}").context["advice"] == []


def test_advisor_takes_a_wrong_answer_for_none(stranger):
    answer = stranger.get("/plans/advisor?lang=en&ask=1&within=x&channels=pigeon&region=moon")
    assert answer.context["best"] == "Silver"
