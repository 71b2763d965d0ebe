"""The queue: open cases by their next promise."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from backstay.cases import queries
from backstay.cases.standing import standing
from backstay.console.access import staff_only
from backstay.core import readers

PAGE = 50


@require_GET
@staff_only
def show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    live_after = readers.end()
    rows = queries.in_queue_order(queries.QueueFilter().apply(queries.listed(queries.visible()), request.viewer))
    found = [(case, standing(case, at=now)) for case in rows[:PAGE]]
    context = {"rows": found, "now": now, "live_after": live_after}
    template = "console/queue.html#rows" if request.htmx else "console/queue.html"
    return render(request, template, context)
