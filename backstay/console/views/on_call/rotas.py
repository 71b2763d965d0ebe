"""Making and changing rotas, for managers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backstay.accounts import queries as accounts
from backstay.console import panels
from backstay.console.access import View, staff_only
from backstay.console.answering import page, see
from backstay.console.views.on_call.forms import LayerForm, NewRotaForm, RotaForm, layer_initial
from backstay.core.scoping import Boundary, current
from backstay.oncall import actions, queries, rules
from backstay.oncall.actions import BadRota, LayerTerms, RotaTerms
from backstay.oncall.choices import Purpose
from backstay.oncall.models import Layer, Rota
from businesstime import CalendarError


def managers_only(view: Callable[..., HttpResponse]) -> View:
    """Staff who may change rotas; others are refused."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.may_arrange(current()):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return staff_only(guarded)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A rota without layers yet."""
    form = NewRotaForm(request.POST or None, initial={"zone": current().timezone})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {
            "purpose": Purpose(form.cleaned_data["purpose"]),
            "serves": Boundary(form.cleaned_data["serves"]),
        }
        try:
            rota = actions.add_rota(terms=RotaTerms(**given), by=current(), at=timezone.now())
        except BadRota:
            form.add_error("key", _("There is a rota with this key already."))
        else:
            return see(reverse("console:rota", args=[rota.pk]))
    return _shown(request, _("New rota"), form)


def _shown(request: HttpRequest, title: str, form: Any, **more: Any) -> HttpResponse:
    context = {"title": title, "form": form, "rail": panels.rail(current(), counted=False), **more}
    answer = page(request, "console/rota.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def rota(request: HttpRequest, rota_id: int) -> HttpResponse:
    """A rota and its layers; a POST changes its name and promise."""
    row = _rota(rota_id)
    initial = {"name": row.name, "around_the_clock": row.around_the_clock}
    form = RotaForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_rota(rota=row, **form.cleaned_data, by=current(), at=timezone.now())
        return see(reverse("console:rota", args=[row.pk]))
    return _shown(request, row.name, form, rota=row, layers=_layers(row))


def _layers(row: Rota) -> list[tuple[Layer, str]]:
    """The uppermost first, each with its members' names in order."""
    names = dict(accounts.staff_members().values_list("pk", "name"))
    return [
        (layer, ", ".join(names.get(member.staff_id, "") for member in layer.members.all()))
        for layer in reversed(row.layers.all())
    ]


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def layer(request: HttpRequest, rota_id: int, layer_id: int | None = None) -> HttpResponse:
    """A new layer, or one that is there."""
    row = _rota(rota_id)
    found = _layer(row, layer_id) if layer_id is not None else None
    people = {name: pk for pk, name in accounts.staff_members().values_list("pk", "name")}
    names = {pk: name for name, pk in people.items()}
    initial = layer_initial(found, names) if found else {"zone": row.zone, "hands_over_at": "09:00"}
    form = LayerForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid() and _put(form, row, found):
        return see(reverse("console:rota", args=[row.pk]))
    title = _("%(rota)s: a layer") % {"rota": row.name}
    return _shown(request, title, form, rota=row, layer=found, names=sorted(people))


def _put(form: LayerForm, row: Rota, found: Layer | None) -> bool:
    given = {key: value for key, value in form.cleaned_data.items() if key not in {"days", "opens", "closes"}}
    try:
        terms = LayerTerms(**given, week=form.week, ends_at=found.ends_at if found else None)
        actions.put_layer(rota=row, terms=terms, layer=found, by=current(), at=timezone.now())
    except CalendarError:
        form.add_error("opens", _("Hours are written as 08:00, and end after they begin."))
        return False
    return True


@managers_only
@require_POST
def drop_layer(request: HttpRequest, rota_id: int, layer_id: int) -> HttpResponse:  # noqa: ARG001  # Django's signature
    row = _rota(rota_id)
    actions.drop_layer(layer=_layer(row, layer_id), by=current(), at=timezone.now())
    return see(reverse("console:rota", args=[row.pk]))


@managers_only
@require_POST
def new_feed(request: HttpRequest, rota_id: int) -> HttpResponse:
    """A new secret address of the rota's calendar, shown this once."""
    row = _rota(rota_id)
    token = actions.new_rota_feed(rota=row, by=current(), at=timezone.now())
    initial = {"name": row.name, "around_the_clock": row.around_the_clock}
    feed = f"{settings.PUBLIC_URL}{reverse('console:feed', args=[token])}"
    return _shown(request, row.name, RotaForm(initial=initial), rota=row, layers=_layers(row), feed=feed)


def _rota(rota_id: int) -> Rota:
    row = queries.rotas(pk=rota_id).first()
    if row is None:
        raise Http404
    return row


def _layer(row: Rota, layer_id: int) -> Layer:
    found = row.layers.select_related("rota").filter(pk=layer_id).first()
    if found is None:
        raise Http404
    return found
