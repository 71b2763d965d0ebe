"""The files of the example world, as they are written."""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class StaffData:
    name: str
    role: str
    level: int
    zone: str
    language: str = "en"
    us: bool = False
    sign_in: str = ""


@dataclass(frozen=True, kw_only=True)
class ContractData:
    """First and last day as days before the filling; negative: still to come."""

    plan: str
    first: int | str
    last: int
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class OrganisationData:
    """`contacts`: name, whose cases, what they may do. `grants`: the customer's name, what may be done."""

    name: str
    domain: str
    region: str
    language: str
    zone: str
    weight: int
    sites: tuple[str, ...]
    contracts: tuple[ContractData, ...]
    contacts: tuple[tuple[str, str, str], ...]
    devices: tuple[str, ...]
    products: tuple[str, ...]
    grants: tuple[tuple[str, str], ...] = ()
    sign_in: str = ""


@dataclass(frozen=True, kw_only=True)
class ProductData:
    """`versions`, oldest first: name, released and supported until, both in days before the filling."""

    key: str
    name: str
    line: str
    host: str  # how machines that run it are called
    versions: tuple[tuple[str, int, int], ...]
    hardware: str = ""  # how its serial numbers begin; empty for software


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message of a conversation. `who`: customer, agent or note."""

    who: str
    text: str
    state: str = ""
    severity: str = ""
    because: str = ""
    to: int = 0


@dataclass(frozen=True, kw_only=True)
class Script:
    """One conversation, before anybody has it."""

    key: str
    language: str
    products: tuple[str, ...]
    severities: tuple[str, ...]
    subjects: tuple[str, ...]
    lines: tuple[Line, ...] = field(repr=False)


@lru_cache(maxsize=1)
def staff() -> tuple[StaffData, ...]:
    return tuple(StaffData(**values) for values in _read("staff.toml")["staff"])


def staff_domain() -> str:
    return str(_read("staff.toml")["domain"])


@lru_cache(maxsize=1)
def organisations() -> tuple[OrganisationData, ...]:
    return tuple(_organisation(values) for values in _read("organisations.toml")["organisations"])


@lru_cache(maxsize=1)
def products() -> tuple[ProductData, ...]:
    found = _read("products.toml")["products"]
    return tuple(ProductData(key=key, **_frozen(values)) for key, values in found.items())


def product_lines() -> dict[str, str]:
    """Names of the lines by key."""
    return dict(_read("products.toml")["lines"])


@lru_cache(maxsize=1)
def phrases() -> dict[str, dict[str, list[str]]]:
    """By language, then by occasion."""
    return _read("phrases.toml")


@lru_cache(maxsize=1)
def scripts() -> tuple[Script, ...]:
    paths = sorted((FOLDER / "conversations").glob("*.toml"))
    return tuple(_script(values) for path in paths for values in _read(path)["conversation"])


def _read(path: str | Path) -> dict[str, Any]:
    return tomllib.loads((FOLDER / path).read_text(encoding="utf-8"))


def _organisation(values: dict[str, Any]) -> OrganisationData:
    contracts = tuple(
        ContractData(plan=each["plan"], first=each["from"], last=each["to"], line=each.get("line", ""))
        for each in values["contracts"]
    )
    return OrganisationData(**_frozen(values) | {"contracts": contracts})


def _script(values: dict[str, Any]) -> Script:
    return Script(
        key=values["key"],
        language=values.get("language", "en"),
        products=tuple(values["products"]),
        severities=tuple(values["severities"]),
        subjects=tuple(values["subjects"]),
        lines=tuple(_line(message) for message in values["messages"]),
    )


def _line(message: dict[str, Any]) -> Line:
    who = next(key for key in ("customer", "agent", "note") if key in message)
    return Line(who=who, text=message[who], **{key: one for key, one in message.items() if key != who})


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples, one level down too."""
    return {
        key: tuple(tuple(one) if isinstance(one, list) else one for one in value)
        if isinstance(value, list)
        else value
        for key, value in values.items()
    }
