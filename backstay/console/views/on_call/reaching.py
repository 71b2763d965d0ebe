"""How one is reached: one's doors, a trial of each, the calendar to subscribe to."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import page, see
from backstay.console.views.on_call.forms import DoorForm
from backstay.core.scoping import current
from backstay.oncall import actions, doors, queries
from backstay.oncall.actions import BadDoor
from backstay.oncall.choices import DELIVERY_STATE_LABELS, DOOR_LABELS, DeliveryState, DoorKind
from backstay.oncall.models import PageDelivery, PersonDoor


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """One's doors; a POST adds one."""
    if request.method != "POST":
        return _page(request, DoorForm())
    form = DoorForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        actions.add_door(**form.cleaned_data, by=current(), at=timezone.now())
    except BadDoor:
        form.add_error("address", _("This does not look like what that way needs."))
        return _page(request, form, status=422)
    return see(reverse("console:doors"))


def _page(request: HttpRequest, form: DoorForm, *, feed: str = "", status: int = 200) -> HttpResponse:
    viewer = current()
    mine = list(queries.doors_of(viewer.id))
    context = {
        "doors": [(door, DOOR_LABELS[DoorKind(door.kind)], _last(door)) for door in mine],
        "has_mail": any(door.kind == DoorKind.EMAIL for door in mine),
        "form": form,
        "phone": doors.configured(),
        "push_key": doors.public_key(actions.push_key()),
        "feed": feed,
        "rail": panels.rail(viewer, counted=False),
    }
    answer = page(request, "console/doors.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _last(door: PersonDoor) -> str:
    """How the last message through a door ended."""
    row = (
        PageDelivery.objects.filter(staff=door.staff_id, door=door.kind, address=door.address)
        .order_by("-id")
        .first()
    )
    if row is None:
        return ""
    state = str(DELIVERY_STATE_LABELS[DeliveryState(row.state)])
    return f"{state}: {row.error}" if row.error else state


@staff_only
@require_POST
def add_browser(request: HttpRequest) -> HttpResponse:
    """What a browser says once it may show notifications: its push service's address, and its keys."""
    try:
        actions.add_door(
            kind=DoorKind.PUSH,
            address=request.POST.get("address", ""),
            label=request.POST.get("label", ""),
            keys=request.POST.get("keys", ""),
            by=current(),
            at=timezone.now(),
        )
    except BadDoor:
        return HttpResponse(status=422)
    return see(reverse("console:doors"))


@staff_only
@require_POST
def try_door(request: HttpRequest, door_id: int) -> HttpResponse:  # noqa: ARG001  # Django's signature
    actions.try_door(door=_own(door_id), by=current(), at=timezone.now())
    return see(reverse("console:doors"))


@staff_only
@require_POST
def drop_door(request: HttpRequest, door_id: int) -> HttpResponse:  # noqa: ARG001  # Django's signature
    actions.drop_door(door=_own(door_id), by=current(), at=timezone.now())
    return see(reverse("console:doors"))


def _own(door_id: int) -> PersonDoor:
    door = queries.doors_of(current().id).filter(pk=door_id).first()
    if door is None:
        raise Http404
    return door


@staff_only
@require_POST
def new_feed(request: HttpRequest) -> HttpResponse:
    """A new secret address of one's own calendar, shown this once."""
    token = actions.new_own_feed(by=current(), at=timezone.now())
    address = f"{settings.PUBLIC_URL}{reverse('console:feed', args=[token])}"
    return _page(request, DoorForm(), feed=address)
