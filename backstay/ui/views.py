from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backstay.ui import assets, examples

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def asset(_request: HttpRequest, version: str, path: str) -> HttpResponse:
    """One of the kit's files. Under an older version's address the present content is given, not kept."""
    found = assets.content(path)
    if found is None:
        raise Http404
    content, media_type = found
    kept = FOR_EVER if version == assets.version() else "no-cache"
    return HttpResponse(content, content_type=f"{media_type}; charset=utf-8", headers={"Cache-Control": kept})


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with its examples."""
    return render(request, "ui/gallery.html", {"sections": examples.sections()})
