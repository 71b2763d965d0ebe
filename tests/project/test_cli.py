import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backstay.core import postgres
from backstay.project import cli

ROOT = Path(__file__).parents[2]


def _backstay(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    given |= {"LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "backstay.project.cli", *arguments]
    return subprocess.run(
        command, env=given | environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    "arguments", [["--help"], [], ["help"], ["serve", "--help"], ["showmigrations", "--help"]]
)
def test_cli_help_needs_no_database(arguments: list[str], tmp_path: Path) -> None:
    done = _backstay(*arguments, BACKSTAY_VAR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "postgres").exists()


def test_cli_help_lists_each_of_our_commands_with_one_line() -> None:
    lines = [line for line in cli.overview().splitlines() if line.startswith("  ")]
    names = [line.split()[0] for line in lines]
    assert names == sorted(
        path.stem
        for path in (ROOT / "backstay").glob("**/management/commands/*.py")
        if not path.stem.startswith("_")
    )
    assert [len(line.split("  ")[-1]) > 10 for line in lines] == [True] * len(lines)


@pytest.mark.parametrize("name", sorted(cli._own_commands()))
def test_cli_help_of_each_of_our_commands_ends_with_examples(name: str) -> None:
    told = cli._loaded(name).create_parser("backstay", name).format_help()
    _, _, examples = told.partition("\nexamples:\n")
    assert examples.startswith(f"  backstay {name}")
    assert "exit status: 0 " in examples or "exit status: the program's own" in examples


def test_cli_speaks_the_language_of_the_terminal(tmp_path: Path) -> None:
    told = {
        terminal: _backstay("--help", BACKSTAY_VAR=str(tmp_path), LC_ALL=terminal).stdout.splitlines()[0]
        for terminal in ("ro_RO.UTF-8", "en_GB.UTF-8", "fr_FR.UTF-8", "C")
    }
    english = "Usage: backstay COMMAND [--help]"
    assert told == dict.fromkeys(told, english) | {"ro_RO.UTF-8": "Utilizare: backstay COMANDĂ [--help]"}


@pytest.mark.parametrize(
    ("arguments", "need"),
    [
        (["serve"], cli.Need.NOTHING),
        (["reset"], cli.Need.NOTHING),
        (["compilemessages"], cli.Need.NOTHING),
        (["worker", "--help"], cli.Need.NOTHING),
        (["no-such-command"], cli.Need.NOTHING),
        (["migrate"], cli.Need.RUNNING),
        (["makemigrations", "--check"], cli.Need.RUNNING),
        (["bootstrap"], cli.Need.RUNNING),
        (["worker"], cli.Need.READY),
        (["shell"], cli.Need.READY),
    ],
)
def test_cli_commands_get_the_database_they_need(arguments: list[str], need: cli.Need) -> None:
    assert cli._need(arguments) == need


def test_cli_commands_may_decide_by_their_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    command = cli._loaded("worker")
    monkeypatch.setattr(
        type(command), "needs_database", staticmethod(lambda rest: rest != ["dry"]), raising=False
    )
    assert [cli._need(["worker", "dry"]), cli._need(["worker"])] == [cli.Need.NOTHING, cli.Need.READY]


def test_cli_one_database_url_alone_is_refused_in_one_line(tmp_path: Path) -> None:
    done = _backstay(
        "worker", "--once", BACKSTAY_VAR=str(tmp_path), DATABASE_URL="postgresql://a@127.0.0.1/b"
    )
    assert done.returncode == 1
    assert done.stderr == (
        "backstay: DATABASE_URL and DATABASE_OWNER_URL belong together, and DATABASE_OWNER_URL is not set\n"
    )


def test_cli_starts_migrates_and_stops_its_own_database(own_var: Path) -> None:
    done = _backstay("showmigrations", "core")
    assert (done.returncode, "[ ] 0001_start" in done.stdout) == (0, True), done.stderr
    done = _backstay("shell", "-c", "print('in the shell')", "--no-imports")
    assert (done.returncode, done.stdout) == (0, "in the shell\n"), done.stderr
    done = _backstay("showmigrations", "core")
    assert "[ ]" not in done.stdout
    with pytest.raises(postgres.NobodyHolds), postgres.attached(own_var):
        pass


def test_cli_ends_quietly_on_ctrl_c(own_var: Path) -> None:
    code = "import time; print(1, flush=True); time.sleep(60)"
    command = [sys.executable, "-m", "backstay.project.cli", "shell", "-c", code]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    # Python itself dies of the signal once exec() has met it, as the shell command's does.
    assert process.returncode in {130, -signal.SIGINT}
    assert errors == "\n"


def test_cli_reset_begins_anew_and_leaves_the_key(own_var: Path) -> None:
    done = _backstay("bootstrap")
    assert done.returncode == 0, done.stderr
    (own_var / "files").mkdir(exist_ok=True)
    key = (own_var / "secret_key").read_text()
    done = _backstay("reset", "--yes")
    assert (done.returncode, done.stdout) == (0, "Deleted. The next start begins anew.\n")
    assert [(own_var / name).exists() for name in ("postgres", "files")] == [False, False]
    assert (own_var / "secret_key").read_text() == key


def test_cli_reset_keeps_its_hands_off_a_database_in_use(own_var: Path) -> None:
    with postgres.Server(own_var, purpose="serve"):
        done = _backstay("reset", "--yes")
        assert (done.returncode, "stop it first" in done.stderr) == (1, True)
        assert postgres.Home.find(own_var).data.exists()
