"""Icons from lucide, cached as markup: a dozen of them stand on a page, the same ones on every page."""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide


@lru_cache(maxsize=512)
def svg(name: str, size: int = 16) -> SafeString:
    """The icon, hidden from assistive technology: words always stand beside it. Raises IconDoesNotExist."""
    markup = lucide(name, size=size, aria_hidden="true", focusable="false", **{"class": "icon"})
    return mark_safe(" ".join(markup.split()))  # noqa: S308  # lucide's own file
