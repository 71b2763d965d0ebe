"""One's own availability: the switch in the rail, and the sign of life that keeps it believed."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from backstay.console.access import staff_only
from backstay.console.answering import page, see, wants_part
from backstay.core.scoping import current
from backstay.routing import actions, queries
from backstay.routing.choices import DECLARED_LABELS, STANDING_LABELS, Declared, Standing

ICONS = {Standing.AVAILABLE: "circle-check", Standing.BUSY: "circle-minus"}


@staff_only
@require_POST
def declare(request: HttpRequest) -> HttpResponse:
    """Say of oneself whether one takes cases."""
    state = request.POST.get("state", "")
    if state not in set(Declared):
        return _switch(request, status=422)
    actions.declare(state=Declared(state), by=current(), at=timezone.now())
    return _switch(request) if wants_part(request) else see(reverse("console:queue"))


@staff_only
@require_POST
def beat(request: HttpRequest) -> HttpResponse:
    """The console is open: asked once a minute, and answered with what is believed of one's availability."""
    actions.beat(by=current(), at=timezone.now())
    return _switch(request)


def _switch(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    person = queries.person(current().id, at=timezone.now())
    standing = person.standing if person else Standing.UNDECLARED
    context = {
        "standing": STANDING_LABELS[standing],
        "icon": ICONS.get(standing, "circle-pause"),
        "states": [
            (state.value, label, str(state) == str(standing)) for state, label in DECLARED_LABELS.items()
        ],
    }
    return page(request, "console/availability.html", context, status=status)
