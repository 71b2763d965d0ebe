"""The examples of docs/use/api.md, run as they stand against the running product."""

import json
import os
import re
import subprocess
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone

from tests.fixtures.cast import Cast

GUIDE = Path(__file__).parents[2] / "docs" / "use" / "api.md"
EXAMPLE = re.compile(
    r"```bash\n(?P<command>.*?)```(?:\n\n```(?P<kind>json|text)\n(?P<answer>.*?)```)?", re.DOTALL
)


def assert_alike(told, got):
    """The same names and kinds, whatever the values; null and {} may stand for anything."""
    if isinstance(told, dict) and told:
        assert set(told) == set(got)
        for name, value in told.items():
            assert_alike(value, got[name])
    elif isinstance(told, list) and told:
        assert got
        assert_alike(told[0], got[0])
    elif told is not None and got is not None and not isinstance(told, dict):
        assert type(told) is type(got)


@pytest.fixture
def variables(live_product, tmp_path):
    (tmp_path / "mail.log").write_text("0123456789")
    cast = Cast(timezone.now())
    organisation = cast.organisation(name=f"Guide {uuid4().hex}")
    token = cast.token(cast.contact(organisation, "Ana Guide"))
    return {"BACKSTAY": live_product.url, "TOKEN": token, "ORGANISATION": str(organisation.pk)}


def test_every_example_of_the_guide_answers_as_the_guide_says(variables, tmp_path):
    examples = list(EXAMPLE.finditer(GUIDE.read_text()))
    assert len(examples) == 11
    for example in examples:
        ran = subprocess.run(
            ["/bin/bash", "-ec", example["command"]],
            env=os.environ | variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        if example["kind"] == "text":
            assert ran.stdout == example["answer"].strip()
            continue
        got = json.loads(ran.stdout)
        assert_alike(json.loads(example["answer"] or "{}"), got)
        remember(variables, got)


def remember(variables, answer):
    """What later examples speak of."""
    if "reference" in answer:
        variables["CASE"] = str(answer["number"])
    if answer.get("attachments"):
        variables["FILE"] = str(answer["attachments"][0]["id"])


def test_what_the_server_refuses_before_django_is_a_problem_too(variables):
    headers = {"Authorization": f"Bearer {variables['TOKEN']}"}
    with httpx.Client(base_url=f"{variables['BACKSTAY']}/api/v1", headers=headers) as sender:
        answers = [
            sender.post("/cases", content=b"x" * (2 * 1024**2 + 1)),
            sender.post("/cases", files={"files": b"x"}),
            sender.post(
                "/cases/1/attachments", content=b"x", headers={"Content-Type": "multipart/form-data"}
            ),
            sender.get("/%ff"),
        ]
    assert [(answer.status_code, answer.json()["title"]) for answer in answers] == [
        (413, "Too large"),
        (415, "Send application/json"),
        (400, "The form cannot be read"),
        (404, "Not Found"),
    ]
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
