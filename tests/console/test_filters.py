import pytest
from django.http import QueryDict
from django.urls import reverse

from backstay.console import filters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), None),
        ("0", None),
        ("-1", None),
        ("٣", None),
        ("0" * 11 + "1" * 5000, None),
        ("", None),
    ],
)
def test_key_is_a_number_that_the_database_can_hold(text, expected):
    assert filters.key(text) == expected


def test_read_leaves_out_what_no_text_of_the_database_holds():
    asked = filters.read(QueryDict("severity=S%001&severity=%00&plan=go%00ld&q=a%00b")).filter
    assert (asked.severities, asked.plan, asked.text) == (("S1",), "gold", "ab")


@pytest.mark.parametrize(
    "query", ["severity=%00", "sort=severity&after=%00~5", "sort=severity&before=S%001~5"]
)
def test_queue_bears_what_no_browser_would_send(query, cast, signed_in):
    client = signed_in(cast.staff())
    assert client.get(f"{reverse('console:queue')}?{query}").status_code == 200
