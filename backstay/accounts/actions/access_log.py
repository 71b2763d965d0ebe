"""The log of who came to bound data, and who was refused it."""

from dataclasses import dataclass
from datetime import datetime

from backstay.accounts.choices import AccessHow
from backstay.accounts.models import BoundAccess
from backstay.core.scoping import Boundary, Viewer, acting, machine

WRITER = machine("access log")
SUBJECTS_KEPT = 200


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One access: through which door, where, to what ("case:12"), how many rows, and whether it was let in.

    `country` is that of the network, as far as it is known.
    """

    how: AccessHow
    place: str
    subjects: tuple[str, ...]
    rows: int
    allowed: bool = True
    address: str | None = None
    country: str = ""


def log_access(reading: Reading, *, by: Viewer, at: datetime) -> None:
    """Write it down, as a machine: who was refused may not write about what is bound."""
    with acting(WRITER):
        BoundAccess.objects.create(
            boundary=Boundary.US,
            at=at,
            person_kind=by.kind,
            person_id=by.id,
            person_name=by.name,
            how=reading.how,
            place=reading.place[:100],
            subjects=list(reading.subjects[:SUBJECTS_KEPT]),
            rows=reading.rows,
            address=reading.address,
            country=reading.country,
            allowed=reading.allowed,
        )
