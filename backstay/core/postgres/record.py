"""What must be remembered about the embedded server: its port, its passwords, where its data is."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, Self

DATABASE = "backstay"
ROLES = {"admin": "backstay_admin", "owner": "backstay_owner", "app": "backstay_app"}
Role = Literal["admin", "owner", "app"]


@dataclass(frozen=True, slots=True)
class Record:
    """`server.json`, readable by its owner alone. `data` is absolute, or relative to the record's folder."""

    data: str
    port: int
    admin_password: str
    owner_password: str
    app_password: str

    @classmethod
    def new(cls, data: str) -> Self:
        """Fresh random passwords and a port that is free now."""
        admin, owner, app = (secrets.token_urlsafe(24) for _ in range(3))
        return cls(data=data, port=free_port(), admin_password=admin, owner_password=owner, app_password=app)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The record in `folder`, None when there is none yet."""
        try:
            return cls(**json.loads((folder / "server.json").read_text()))
        except FileNotFoundError:
            return None

    def write(self, folder: Path) -> None:
        """Replace the record in one step, so that nobody ever reads half of it."""
        fresh = folder / "server.json.new"
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / "server.json")

    def on_free_port(self) -> Self:
        """The same when its port is free, else with another one."""
        return self if is_free(self.port) else replace(self, port=free_port())

    def password(self, role: Role) -> str:
        passwords = {"admin": self.admin_password, "owner": self.owner_password, "app": self.app_password}
        return passwords[role]

    def url(self, role: Role, database: str = DATABASE) -> str:
        return f"postgresql://{ROLES[role]}:{self.password(role)}@127.0.0.1:{self.port}/{database}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        # As PostgreSQL does, so that connections of a server just stopped do not count as a taken port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
