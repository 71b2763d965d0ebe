from pathlib import Path

import pytest

from backstay.core.postgres import AddressError, connection_settings, urls
from backstay.core.postgres.record import Record

APP = "postgresql://app:p%40ss@db.example:6543/support?sslmode=require"
OWNER = "postgresql://owner:secret@db.example/support"


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)


def _give(monkeypatch: pytest.MonkeyPatch, app: str = APP, owner: str = OWNER) -> None:
    monkeypatch.setenv("DATABASE_URL", app)
    monkeypatch.setenv("DATABASE_OWNER_URL", owner)


def test_connection_settings_read_both_urls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _give(monkeypatch)
    found = connection_settings(tmp_path)
    assert {name: found["default"][name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "support",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6543",
    }
    assert found["default"]["OPTIONS"]["sslmode"] == "require"
    assert (found["owner"]["USER"], found["owner"]["PORT"], found["owner"]["OPTIONS"]) == ("owner", "", {})


def test_connection_settings_pool_only_the_application_role(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _give(monkeypatch)
    found = connection_settings(tmp_path)
    assert [alias for alias in found if "pool" in found[alias]["OPTIONS"]] == ["default"]
    assert [found[alias]["CONN_HEALTH_CHECKS"] for alias in found] == [True, True]


@pytest.mark.parametrize("missing", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_connection_settings_refuse_one_url_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    _give(monkeypatch)
    monkeypatch.delenv(missing)
    with pytest.raises(AddressError, match=f"{missing} is not set"):
        connection_settings(tmp_path)


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://a@b", "postgresql://a@b:port/c", "nonsense"])
def test_connection_settings_refuse_what_is_no_postgresql_url(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    _give(monkeypatch, app=url)
    with pytest.raises(AddressError):
        connection_settings(tmp_path)


def test_connection_settings_before_the_first_start_name_no_server(tmp_path: Path) -> None:
    assert urls(tmp_path) is None
    assert connection_settings(tmp_path)["default"]["PORT"] == "1"
    assert list(tmp_path.iterdir()) == []


def test_urls_come_from_the_record_of_the_embedded_server(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    record = Record.new("data")
    record.write(folder)
    found = urls(tmp_path)
    assert found is not None
    assert found.app == f"postgresql://backstay_app:{record.app_password}@127.0.0.1:{record.port}/backstay"
    assert connection_settings(tmp_path)["owner"]["PASSWORD"] == record.owner_password


def test_urls_given_by_the_environment_win_over_the_record(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "postgres").mkdir()
    Record.new("data").write(tmp_path / "postgres")
    _give(monkeypatch)
    assert urls(tmp_path) == (APP, OWNER)


def test_record_is_readable_by_its_owner_alone_and_never_half_written(tmp_path: Path) -> None:
    record = Record.new("data")
    record.write(tmp_path)
    assert (tmp_path / "server.json").stat().st_mode & 0o777 == 0o600
    assert Record.read(tmp_path) == record
    assert [path.name for path in tmp_path.iterdir()] == ["server.json"]
