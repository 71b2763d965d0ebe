"""Who may do what with rotas and pages."""

from backstay.accounts.choices import Role
from backstay.core.scoping import Viewer
from backstay.oncall.models import Override, Page


def may_arrange(viewer: Viewer) -> bool:
    """Managers make rotas and change them."""
    return viewer.is_machine or Role.MANAGER in viewer.roles


def may_put_on_call(viewer: Viewer, staff_id: int) -> bool:
    """Everybody takes over for themselves; team leads ask others to."""
    return viewer.is_machine or Role.LEAD in viewer.roles or (viewer.is_staff and viewer.id == staff_id)


def may_end_override(viewer: Viewer, override: Override) -> bool:
    return may_put_on_call(viewer, override.staff_id)


def may_acknowledge(viewer: Viewer, page: Page) -> bool:
    """Any member of staff who may know of it: whoever looks after it spares the others."""
    return viewer.is_staff and viewer.sees(page.boundary)


def may_page_by_hand(viewer: Viewer) -> bool:
    return viewer.is_machine or viewer.is_staff
