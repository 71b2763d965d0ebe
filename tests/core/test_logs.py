import logging

import psycopg
import pytest

from backstay.core.logs import Discreet

NAME = "Sandia"


def written(error):
    """What the log says of an error that was caught."""
    caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, caught)
    return Discreet("%(message)s").format(record)


def stumble(error, cause=None):
    raise error from cause


def test_log_says_kind_and_place_and_not_the_message():
    with pytest.raises(ValueError, match=NAME) as caught:
        stumble(ValueError(NAME))
    text = written(caught.value)
    assert (text.splitlines()[0], text.splitlines()[-1]) == ("failed", "builtins.ValueError")
    assert "in stumble" in text
    assert NAME not in text


def test_log_quotes_no_cause_either():
    detail = psycopg.errors.UniqueViolation(f"Key (subject)=({NAME}) already exists.")
    with pytest.raises(KeyError) as caught:
        stumble(KeyError(NAME), detail)
    text = written(caught.value)
    assert [line for line in text.splitlines() if "." in line and not line.startswith(" ")] == [
        "psycopg.errors.UniqueViolation",
        "builtins.KeyError",
    ]
    assert NAME not in text


def test_log_says_what_is_wrong_with_the_machine():
    text = written(psycopg.OperationalError("connection refused"))
    assert text.splitlines()[-1] == "psycopg.OperationalError: connection refused"
