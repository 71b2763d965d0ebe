"""The views of the queue that people keep: saved, renamed, shared, dropped; and the rail that lists them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backstay.cases import actions, queries
from backstay.cases.actions import NotAllowed
from backstay.cases.models import SavedView
from backstay.cases.rules import may_change_view, may_share_views
from backstay.console import filters, panels
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, done_once, newest_event, page, see, target
from backstay.console.forms import RenameForm, ViewForm
from backstay.core.scoping import current

RAIL = "views"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """All views with their counts; for the rail only those, and a POST saves another one."""
    if request.method == "POST":
        return _save(request)
    live_after = newest_event()
    rail = panels.rail(current(), counted=True, at=request.GET.get("at"))
    if target(request) == RAIL:
        return page(request, "console/base.html#views", {"rail": rail})
    form = ViewForm(initial={"filters": request.GET.urlencode()})
    return _page(request, rail, form, live_after=live_after)


def _page(
    request: HttpRequest,
    rail: panels.Rail,
    form: ViewForm,
    *,
    live_after: int | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = current()
    asked = filters.read_text(str(form["filters"].value() or ""))
    context = {
        "rail": rail,
        "form": form,
        "may_share": may_share_views(viewer),
        "from_query": asked.query(),
        "from_name": rail.named(asked.query()),
        "mine": [
            (link, RenameForm(initial={"name": link.label}, auto_id=f"view_{link.view.pk}_%s"))
            for link in rail.links
            if link.view and may_change_view(viewer, link.view)
        ],
    }
    if live_after is not None:
        context["live_after"] = live_after
    return page(request, "console/views.html", context, status=status)


def _save(request: HttpRequest) -> HttpResponse:
    form = ViewForm(request.POST)
    if form.is_valid():
        try:
            return see(done_once(request, lambda: _saved(form)))
        except (SentBefore, NotAllowed) as error:
            form.add_error(
                None, str(error) if isinstance(error, SentBefore) else _("Team leads share views.")
            )
    return _page(request, panels.rail(current(), counted=True), form, status=422)


def _saved(form: ViewForm) -> str:
    given, asked = form.cleaned_data, filters.read_text(form.cleaned_data["filters"])
    actions.save_view(name=given["name"], filters=filters.kept(asked), shared=given["shared"], by=current())
    return f"{reverse('console:queue')}?{asked.query()}"


@staff_only
@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename or drop a view."""
    view: SavedView | None = queries.saved_views(current().id).filter(pk=view_id).first()
    if view is None:
        raise Http404
    try:
        if "drop" in request.POST:
            actions.drop_view(view=view, by=current())
        else:
            form = RenameForm(request.POST)
            if form.is_valid():
                actions.rename_view(view=view, name=form.cleaned_data["name"], by=current())
    except NotAllowed as error:
        raise PermissionDenied from error
    return redirect("console:views")
