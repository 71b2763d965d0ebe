"""What stands for the placeholders of one case's texts."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random

from backstay.project.world import data
from backstay.project.world.data import Script
from backstay.project.world.parties import Customer, Ware

MINUTE = timedelta(minutes=1)
DRIVES = ("SafeStick 3.0", "KeyVault Mini", "LockDrive Pro 64", "PinPad D2", "CryptKey 128")
FILES = ("package-{n}.zip", "release-{n}.tar.gz", "drawings-{n}.7z", "setup-{n}.exe", "export_{n}.zip")
PARTNERS = ("nordwind-logistik", "atelier-bonnard", "brightwater-supply", "metalurg-sud", "tecnoforma")


@dataclass(frozen=True)
class Details:
    """Values that stay the same through a case. Who answers is known only when somebody does."""

    contact: str
    version: str
    older: str
    newer: str
    serial: str
    site: str
    host: str
    host2: str
    domain: str
    ip: str
    port: int
    count: int
    small: int
    thousands: str
    minutes: int
    hash: str
    hash2: str
    code: str
    time: str
    weekday: str
    usb: str
    file: str

    def fill(self, text: str, *, agent: str = "", colleague: str = "") -> str:
        """`text` with its placeholders replaced. Raises KeyError for one that nobody knows."""
        return text.format_map(asdict(self) | {"agent": agent, "colleague": colleague})


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is settled of a case: `version` is the position of the customer's among the product's."""

    script: Script
    customer: Customer
    contact: str
    ware: Ware
    version: int
    serial: str
    opened_at: datetime


def draw(rng: Random, known: Known) -> Details:
    names = [each.name for each in known.ware.versions]
    version, host = known.version, known.ware.data.host
    seen_at = known.opened_at.astimezone(known.customer.zone) - rng.randint(15, 150) * MINUTE
    first, second = rng.sample(range(1, 9), 2)
    return Details(
        contact=known.contact,
        version=names[version],
        older=names[max(version - 1, 0)],
        newer=names[version + 1] if version + 1 < len(names) else _next_release(names[-1]),
        serial=known.serial,
        site=rng.choice(known.customer.data.sites),
        host=f"{host}{first:02}",
        host2=f"{host}{second:02}",
        domain=f"{rng.choice(PARTNERS)}.example",
        ip=f"10.{rng.randint(1, 60)}.{rng.randint(0, 250)}.{rng.randint(2, 250)}",
        port=rng.choice((3128, 8080, 8888)),
        count=rng.randint(24, 190),
        small=rng.randint(3, 8),
        thousands=f"{rng.randint(2, 48)} {rng.randint(0, 999):03}",
        minutes=rng.randint(6, 45),
        hash=f"{rng.getrandbits(48):012x}",
        hash2=f"{rng.getrandbits(48):012x}",
        code=f"E{rng.randint(1000, 9899)}",
        time=f"{seen_at:%H:%M}",
        weekday=rng.choice(data.phrases()[known.script.language]["weekdays"]),
        usb=rng.choice(DRIVES),
        file=rng.choice(FILES).format(n=rng.randint(100, 4900)),
    )


def _next_release(name: str) -> str:
    """The release after the newest one: the last number grows."""
    head, _, last = name.rpartition(".")
    return f"{head}.{int(last) + 1}"
