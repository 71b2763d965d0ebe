from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(StrEnum):
    """What a member of staff may do; each role includes those before it."""

    AGENT = "agent"
    LEAD = "lead"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class CaseView(StrEnum):
    """Whose cases a contact may see."""

    OWN = "own"
    ORGANISATION = "organisation"


class Access(StrEnum):
    """What a contact may do with the cases that they see."""

    VIEW = "view"
    FULL = "full"


ROLE_LABELS = {
    Role.AGENT: _("Agent"),
    Role.LEAD: _("Team lead"),
    Role.MANAGER: _("Manager"),
    Role.ADMINISTRATOR: _("Administrator"),
}
CASE_VIEW_LABELS = {CaseView.OWN: _("Own cases"), CaseView.ORGANISATION: _("The organisation's cases")}
ACCESS_LABELS = {
    Access.VIEW: pgettext_lazy("access", "View only"),
    Access.FULL: pgettext_lazy("access", "Full access"),
}
