from enum import StrEnum

from django.utils.translation import pgettext_lazy


class Channel(StrEnum):
    """The door that a conversation came through."""

    PORTAL = "portal"
    API = "api"
    STAFF = "staff"  # logged by staff on behalf of a contact


class Visibility(StrEnum):
    """A public message is read by the customer, an internal note by staff alone."""

    PUBLIC = "public"
    INTERNAL = "internal"


class AuthorKind(StrEnum):
    CONTACT = "contact"
    STAFF = "staff"
    MACHINE = "machine"


class ScanState(StrEnum):
    """What the virus scanner said of a file. Only clean and unscanned files are handed out."""

    NOT_SCANNED = "not_scanned"  # no scanner is set up
    CLEAN = "clean"
    INFECTED = "infected"


CHANNEL_LABELS = {
    Channel.PORTAL: pgettext_lazy("channel", "Portal"),
    Channel.API: pgettext_lazy("channel", "API"),
    Channel.STAFF: pgettext_lazy("channel", "Logged by staff"),
}
