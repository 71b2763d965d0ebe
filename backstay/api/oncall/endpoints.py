"""Acknowledging a page, for programs that carry somebody's token."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from backstay.api.answering import PROBLEMS, Made, answer_once, found
from backstay.api.oncall.schemas import PageOut
from backstay.core.scoping import current
from backstay.oncall import actions, queries

router = Router(tags=["on call"])


@router.post("/{int:page_id}/acknowledge", response={200: PageOut, **PROBLEMS})
def acknowledge(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say that you look after it: nobody else is asked. Staff only."""
    page = found(queries.page_by_id(page_id))

    def make() -> Made:
        done = actions.acknowledge(page_id=page.pk, by=current(), at=timezone.now())
        return Made(PageOut.of(done), f"page:{done.pk}", done.boundary)

    return answer_once(request, 200, make)
