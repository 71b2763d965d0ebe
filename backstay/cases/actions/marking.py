"""Writing a clock's mark into the case that it belongs to."""

from datetime import datetime

from backstay.cases.actions.touching import tell, write_down
from backstay.cases.events import CaseClockMarked
from backstay.cases.models import Case, CaseClock
from backstay.core.scoping import Viewer


def record_mark(*, clock_id: int, mark: str, due_at: str, by: Viewer, at: datetime) -> None:
    """Put a warning or a breach into the case's history, and tell the pages that show it.

    The case's version stays: a mark overwrites nothing that somebody may be editing. Where the clock was
    superseded meanwhile, its successor carries the mark on; one that does not has left it to history.
    """
    row = CaseClock.objects.filter(clock=clock_id).first()
    if row is None or not (row.is_current or _is_carried_on(row, mark)):
        return
    case = Case.objects.get(pk=row.case_id)
    write_down(
        "case_clock_marked", case, by=by, at=at, mark=mark, clock=clock_id, clock_kind=row.kind, due_at=due_at
    )
    tell(CaseClockMarked, case, by=by, at=at, clock_id=clock_id, mark=mark)


def _is_carried_on(row: CaseClock, mark: str) -> bool:
    """Whether the case's clock of that kind today has reached that mark, too."""
    successors = CaseClock.objects.filter(case=row.case_id, kind=row.kind, is_current=True)
    return successors.filter(clock__marks__mark=mark).exists()
