import json

import pytest

import checks.__main__ as command
from checks.findings import Finding


@pytest.fixture(autouse=True)
def two_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("b.py:2", "is wrong"), Finding("a.py:1", "is wrong")]
    monkeypatch.setattr(command, "CHECKS", {"clean": list, "dirty": lambda: found})


def test_findings_are_printed_in_order_and_end_in_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 1
    assert capsys.readouterr().out == "clean: ok\ndirty: 2 found\n  a.py:1: is wrong\n  b.py:2: is wrong\n"


def test_named_check_alone_ends_in_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["clean"]) == 0
    assert capsys.readouterr().out == "clean: ok\n"


def test_json_holds_every_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--format", "json", "dirty"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "dirty": [{"where": "a.py:1", "what": "is wrong"}, {"where": "b.py:2", "what": "is wrong"}]
    }


def test_unknown_check_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["nonsense"])
    assert ended.value.code == 2
    assert "invalid choice: 'nonsense'" in capsys.readouterr().err
