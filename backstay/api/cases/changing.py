"""How every endpoint about one case reads it, changes it, and answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from backstay.api.answering import Made, answer_once, found
from backstay.api.cases.schemas import CaseOut, MessageOut
from backstay.cases import queries
from backstay.cases.models import Case
from backstay.conversations.models import Message
from backstay.core.scoping import current


def the_case(number: int) -> Case:
    """The case of that number, if the viewer may read it; else 404."""
    return found(queries.by_number(number))


def shown(number: int) -> CaseOut:
    return CaseOut.of(the_case(number), for_staff=current().is_staff)


def opened_case(case: Case) -> Made:
    """The case as `actions.open_case` answered it."""
    return _made(case, CaseOut.of(case, for_staff=current().is_staff))


def changed_case(case: Case) -> Made:
    """The case as it stands now."""
    return _made(case, shown(case.number))


def _made(case: Case, told: CaseOut) -> Made:
    return Made(told, f"case:{case.pk}", case.boundary)


def change(request: HttpRequest, number: int, verb: Callable[..., object]) -> HttpResponse:
    """Apply a verb of `cases.actions`, bound to its own arguments; the answer is the case after it."""
    case = the_case(number)

    def make() -> Made:
        verb(case_id=case.pk, by=current(), at=timezone.now())
        return changed_case(case)

    return answer_once(request, 200, make)


def say(request: HttpRequest, number: int, verb: Callable[..., Message]) -> HttpResponse:
    """As `change`, with a verb that says something: the answer is the message."""
    case = the_case(number)

    def make() -> Made:
        message = verb(case_id=case.pk, by=current(), at=timezone.now())
        return Made(MessageOut.of(message), f"case:{case.pk}", case.boundary)

    return answer_once(request, 201, make)
