from backstay.accounts.choices import Role
from backstay.core.scoping import Viewer


def may_apply(actor: Viewer) -> bool:
    """Administrators put a catalogue in force, and the machine does for whoever runs its commands."""
    return actor.is_machine or (actor.is_staff and Role.ADMINISTRATOR in actor.roles)
