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


class Fact(StrEnum):
    """What is attested of a member of staff. Two facts: a US person need not be a citizen (22 CFR 120.62)."""

    US_CITIZENSHIP = "us_citizenship"
    US_PERSON = "us_person"


class Proof(StrEnum):
    """What the verifier saw."""

    PASSPORT = "passport"
    BIRTH_CERTIFICATE = "birth_certificate_and_photo_id"
    NATURALISATION = "naturalisation_certificate"
    PERMANENT_RESIDENT_CARD = "permanent_resident_card"
    HR_RECORD = "hr_record"


class Standing(StrEnum):
    """Whether a member of staff may see bound data at an instant, or the first reason why not."""

    ELIGIBLE = "eligible"
    NOT_ATTESTED = "not_attested"
    EXPIRED = "expired"
    NOT_DECLARED = "not_declared"
    DECLARED_ABROAD = "declared_abroad"
    SEEN_ABROAD = "seen_abroad"
    NETWORK_UNKNOWN = "network_unknown"


class AccessHow(StrEnum):
    """By which door a person came to bound data."""

    PAGE = "page"
    LIST = "list"
    SEARCH = "search"
    ATTACHMENT = "attachment"
    EXPORT = "export"
    API = "api"


FACT_LABELS = {Fact.US_CITIZENSHIP: _("US citizenship"), Fact.US_PERSON: _("US person")}
PROOF_LABELS = {
    Proof.PASSPORT: _("US passport seen"),
    Proof.BIRTH_CERTIFICATE: _("US birth certificate and photo identity document seen"),
    Proof.NATURALISATION: _("Certificate of naturalisation or citizenship seen"),
    Proof.PERMANENT_RESIDENT_CARD: _("Permanent resident card seen"),
    Proof.HR_RECORD: _("Record of the personnel department"),
}
STANDING_LABELS = {
    Standing.ELIGIBLE: _("Eligible: an attested US citizen who is in the United States"),
    Standing.NOT_ATTESTED: _("Outside: US citizenship is not attested"),
    Standing.EXPIRED: _("Outside: the attestation of US citizenship has expired"),
    Standing.NOT_DECLARED: _("Outside: no work location is declared"),
    Standing.DECLARED_ABROAD: _("Outside: the declared work location is not in the United States"),
    Standing.SEEN_ABROAD: _("Outside: seen on a network of another country than the declared one"),
    Standing.NETWORK_UNKNOWN: _("Outside: not seen on a known network, which this site asks for"),
}
ACCESS_HOW_LABELS = {
    AccessHow.PAGE: pgettext_lazy("access log", "Page"),
    AccessHow.LIST: pgettext_lazy("access log", "List"),
    AccessHow.SEARCH: pgettext_lazy("access log", "Search"),
    AccessHow.ATTACHMENT: pgettext_lazy("access log", "Attachment"),
    AccessHow.EXPORT: pgettext_lazy("access log", "Export"),
    AccessHow.API: pgettext_lazy("access log", "API"),
}
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
