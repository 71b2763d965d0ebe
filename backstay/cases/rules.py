"""Who may do what with a case. In which state it may be done is the life cycle's business."""

from backstay.accounts.choices import Role
from backstay.cases.models import Case, Incident, SavedView
from backstay.core.scoping import Viewer


def may_read(viewer: Viewer, case: Case, *, takes_part: bool) -> bool:
    """Staff on the right side of the boundary; contacts by organisation, or by taking part in their own's.

    A partner's right is the grant alone: who lost it no longer reads the cases that they opened under it.
    """
    if not viewer.sees(case.boundary):
        return False
    if viewer.is_contact:
        is_own = takes_part and case.organisation_id == viewer.own_organisation
        return is_own or case.organisation_id in viewer.reads_organisations
    return viewer.is_staff or viewer.is_machine


def may_write(viewer: Viewer, case: Case, *, takes_part: bool) -> bool:
    """As reading, and with full access where the viewer is a contact."""
    if not may_read(viewer, case, takes_part=takes_part):
        return False
    if viewer.is_contact:
        return viewer.may_write and (takes_part or case.organisation_id in viewer.writes_organisations)
    return True


def may_open_for(viewer: Viewer, organisation_id: int | None) -> bool:
    """Staff and machines for anybody; contacts for their own organisation, or under a full grant."""
    if viewer.is_contact:
        allowed = viewer.writes_organisations | {viewer.own_organisation}
        return viewer.may_write and organisation_id in allowed
    return viewer.is_staff or viewer.is_machine


def may_assign_others(viewer: Viewer) -> bool:
    """Agents take cases and give them back; leads hand them to others."""
    return viewer.is_machine or Role.LEAD in viewer.roles


def may_share_views(viewer: Viewer) -> bool:
    return viewer.is_machine or Role.LEAD in viewer.roles


def may_change_view(viewer: Viewer, view: SavedView) -> bool:
    """One's own; those shared with everybody are the leads' business."""
    return may_share_views(viewer) if view.staff_id is None else view.staff_id == viewer.id


def may_steer(viewer: Viewer, incident: Incident) -> bool:
    """Its owner and the leads speak to its customers, resolve it, and give it to somebody else."""
    return (
        viewer.is_machine or Role.LEAD in viewer.roles or (viewer.is_staff and incident.owner_id == viewer.id)
    )
