"""Who may make parties known, and who says what makes a member of staff eligible."""

from backstay.accounts.choices import Role
from backstay.core.scoping import Viewer


def may_manage_parties(viewer: Viewer) -> bool:
    """Managers add organisations, their contacts and devices, and machines that import them."""
    return viewer.is_machine or (viewer.is_staff and Role.MANAGER in viewer.roles)


def may_attest(viewer: Viewer) -> bool:
    """Administrators attest facts, revoke them, and list networks; the command line as a machine."""
    return viewer.is_machine or (viewer.is_staff and Role.ADMINISTRATOR in viewer.roles)


def may_locate(viewer: Viewer, staff_id: int) -> bool:
    """Where somebody works is said by themselves, by managers, or at the command line."""
    return viewer.is_machine or (viewer.is_staff and (viewer.id == staff_id or Role.MANAGER in viewer.roles))


def may_audit_boundary(viewer: Viewer) -> bool:
    """The log of accesses names bound cases: managers read it who are eligible themselves."""
    return viewer.is_staff and viewer.sees_us and Role.MANAGER in viewer.roles
