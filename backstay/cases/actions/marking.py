"""Writing a clock's mark into the case that it belongs to."""

from datetime import datetime

from backstay.cases.actions.touching import tell, write_down
from backstay.cases.events import CaseClockMarked
from backstay.cases.models import Case, CaseClock
from backstay.core.scoping import Viewer


def record_mark(*, clock_id: int, mark: str, due_at: str, by: Viewer, at: datetime) -> None:
    """Put a warning or a breach into the case's history, and tell the pages that show it.

    The case's version stays: a mark overwrites nothing that somebody may be editing. A mark of a clock that
    was superseded meanwhile is history of that clock alone.
    """
    row = CaseClock.objects.filter(clock=clock_id, is_current=True).first()
    if row is None:
        return
    case = Case.objects.get(pk=row.case_id)
    write_down(
        "case_clock_marked", case, by=by, at=at, mark=mark, clock=clock_id, clock_kind=row.kind, due_at=due_at
    )
    tell(CaseClockMarked, case, by=by, at=at, clock_id=clock_id, mark=mark)
