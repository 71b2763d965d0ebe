"""Who may make parties known."""

from backstay.accounts.choices import Role
from backstay.core.scoping import Viewer


def may_manage_parties(viewer: Viewer) -> bool:
    """Managers add organisations, their contacts and devices, and machines that import them."""
    return viewer.is_machine or (viewer.is_staff and Role.MANAGER in viewer.roles)
