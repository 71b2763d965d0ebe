import ast
from pathlib import Path

import pytest

from checks.findings import Finding
from checks.words import synonyms, wrong_words

GLOSSARY = """\
| word | meaning | not |
|---|---|---|
| **case** | One concern. | ticket, incident |
| **queue** | Where a case waits. | |
| **contact** | A person. | client |
"""
PREFERRED = {"ticket": "case", "incident": "case", "client": "contact"}
HERE = Path("backstay/cases/models.py")


def test_glossary_gives_each_word_its_better_one() -> None:
    assert synonyms(GLOSSARY) == PREFERRED


@pytest.mark.parametrize(
    ("source", "name", "part"),
    [
        ("class OpenTicket: ...", "OpenTicket", "ticket"),
        ("def close_tickets(): ...", "close_tickets", "tickets"),
        ("def close(*, incident_id): ...", "incident_id", "incident"),
        ("TICKET_MAX = 1", "TICKET_MAX", "ticket"),
        ("self.ticket = 1", "ticket", "ticket"),
    ],
)
def test_other_word_is_found(source: str, name: str, part: str) -> None:
    found = Finding(f"{HERE}:1", f"{name}: the word is 'case', not '{part}'")
    assert list(wrong_words(HERE, ast.parse(source), PREFERRED)) == [found]


def test_name_of_somebody_else_is_fine() -> None:
    assert list(wrong_words(HERE, ast.parse("x = vendor.ticket(1)"), PREFERRED)) == []


def test_technical_sense_is_excepted_where_it_belongs() -> None:
    tree = ast.parse("def serve(client): ...")
    assert list(wrong_words(Path("backstay/core/live/hub.py"), tree, PREFERRED)) == []
    assert [finding.where for finding in wrong_words(HERE, tree, PREFERRED)] == [f"{HERE}:1"]
