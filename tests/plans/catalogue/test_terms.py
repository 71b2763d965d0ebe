import json
from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import override
from pydantic import ValidationError

from backstay.plans.catalogue import Plan, say

# As written by the first version of the product: plan versions in the field look like this for ever.
WRITTEN = {
    "format": 1,
    "key": "silver",
    "name": {"en": "Silver", "ro": "Argint"},
    "rank": 10,
    "regions": ["ro", "us"],
    "boundary": "open",
    "triage_tier": 1,
    "coverage": [["case", "12x5"], ["chatbot", "24x7"], ["live_chat", None], ["phone", None]],
    "targets": [
        {
            "band": "blocker",
            "label": {"en": "Blocker severity", "ro": "Severitatea blocantului"},
            "severities": ["S1", "S2"],
            "unit": "business_hours",
            "amount": 14400,
            "calendar": "12x5",
            "coverage_of": "case",
            "kind": "commitment",
            "pauses": True,
            "warn_percent": 75,
        },
        {
            "band": "lower",
            "label": {"en": "Lower severity", "ro": "Gravitate redusă"},
            "severities": ["S3", "S4"],
            "unit": "business_days",
            "amount": 1,
            "calendar": "business-hours",
            "coverage_of": None,
            "kind": "commitment",
            "pauses": True,
            "warn_percent": 75,
        },
    ],
}


def test_plan_of_the_first_format_is_read_and_written_alike(shipped_catalogue):
    plan = Plan.from_dict(json.loads(json.dumps(WRITTEN)))
    later: dict[str, Any] = {"handover": (), "closing": (), "reopening": None, "ladder": None}
    assert plan == replace(shipped_catalogue.plans["silver"], **later)
    assert plan.to_dict() == WRITTEN | later | {"handover": [], "closing": []}
    assert list(plan.coverage) == ["case", "chatbot", "live_chat", "phone"]


def test_every_shipped_plan_survives_json(shipped_catalogue):
    for plan in shipped_catalogue.plans.values():
        assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan


def test_plan_with_an_unknown_fact_is_not_read():
    with pytest.raises(ValidationError):
        Plan.from_dict(WRITTEN | {"discount": 5})


def test_target_of_an_unknown_severity_is_a_key_error(shipped_catalogue):
    with pytest.raises(KeyError):
        shipped_catalogue.plans["gold"].target("S5")


def test_text_is_said_in_the_active_language_or_in_english():
    text = {"en": "Gold", "ro": "Aur"}
    with override("ro"):
        assert say(text) == "Aur"
        assert say({"en": "Gold"}) == "Gold"
    with override("en-gb"):
        assert say(text) == "Gold"
    with override(None):
        assert say(text) == "Gold"
