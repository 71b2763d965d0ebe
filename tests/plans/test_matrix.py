import re
from dataclasses import replace

import pytest

from backstay.plans.matrix import matrix

PLANS = ["silver", "gold", "platinum", "emerald-us"]
KEYS = ["case", "chatbot", "live_chat", "phone", "response_s1_s2", "response_s3_s4", "triage", "us_only"]
# The specification's sentence "In Romanian: ...", written out.
ROMANIAN = {
    "12 hours, business days": "12 ore (zile lucrătoare)",
    "13 hours, business days": "13 ore (zile lucrătoare)",
    "24 hours, business days": "24 ore (zile lucrătoare)",
    "24 hours, 7 days": "24 de ore (7 zile pe săptămână)",
    "not included": "Nu este inclus",
    "within 4 hours": "În termen de 4 ore",
    "within 2 hours": "În termen de 2 ore",
    "within 1 hour": "În termen de 1 oră",
    "within 1 business day": "În termen de 1 zi lucrătoare",
    "within 8 business hours": "În termen de 8 ore lucrătoare",
    "within 4 business hours": "În termen de 4 ore lucrătoare",
    "Level 1": "Nivelul 1",
    "Level 2": "Nivelul 2",
    "yes": "da",
    "-": "-",
}


@pytest.fixture
def specified(shared):
    """The rows of the specification's table: Romanian label, English label, cells; and its headings."""
    section = (shared / "service.md").read_text().split("## 1.")[1].split("## 2.")[0]
    table = [
        [re.sub(r"\*\*", "", cell).strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    headings, rows = table[0][2:], table[2:]
    return headings, [row for row in rows if any(row[2:])], [row[:2] for row in rows if not any(row[2:])]


def test_matrix_in_english_is_the_specification(shipped_catalogue, specified):
    headings, rows, groups = specified
    table = matrix(shipped_catalogue, "en")
    assert [[row.label, *row.cells] for row in table.rows] == [row[1:] for row in rows]
    assert list(dict.fromkeys(row.group for row in table.rows)) == [english for _, english in groups]
    assert list(table.names) == [heading.split(" / ")[0] for heading in headings]


def test_matrix_in_romanian_is_the_specification(shipped_catalogue, specified):
    headings, rows, groups = specified
    table = matrix(shipped_catalogue, "ro")
    assert [[row.label, *row.cells] for row in table.rows] == [
        [row[0], *(ROMANIAN[cell] for cell in row[2:])] for row in rows
    ]
    assert list(dict.fromkeys(row.group for row in table.rows)) == [ro for ro, _ in groups]
    assert list(table.names) == [heading.split(" / ")[-1] for heading in headings]


def test_matrix_as_json_values(shipped_catalogue):
    found = matrix(shipped_catalogue, "en").to_dict()
    assert (found["lang"], found["plans"]) == ("en", PLANS)
    assert [row["key"] for row in found["rows"]] == KEYS
    assert found["rows"][2] == {
        "key": "live_chat",
        "label": "Live agent chat",
        "cells": [
            "not included",
            "24 hours, business days",
            "24 hours, business days",
            "13 hours, business days",
        ],
    }


def test_matrix_follows_the_data(shipped_catalogue):
    plans = {"silver": replace(shipped_catalogue.plans["silver"], name={"en": "Bronze"}, triage_tier=3)}
    channels = {"phone": replace(shipped_catalogue.channels["phone"], label={"en": "Hotline"})}
    found = matrix(replace(shipped_catalogue, plans=plans, channels=channels), "en")
    assert found.names == ("Bronze",)
    assert [(row.label, *row.cells) for row in found.rows] == [
        ("Hotline", "not included"),
        ("Blocker severity (S1 & S2)", "within 4 hours"),
        ("Lower severity (S3 & S4)", "within 1 business day"),
        ("Initial support triage", "Level 3"),
        ("Support only by US citizens on US soil", "-"),
    ]
