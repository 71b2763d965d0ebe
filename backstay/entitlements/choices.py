from enum import StrEnum


class ContractKind(StrEnum):
    """Contracts of different kinds may overlap; of one kind they may not (ground for the exclusion)."""

    PLAN = "plan"
    WARRANTY = "warranty"
    MANAGED_SERVICE = "managed_service"


class NoPromise(StrEnum):
    """Why a case is accepted without a promise. Empty when there is one."""

    NO_CONTRACT = "no_contract"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    OTHER_PRODUCT = "other_product"
    NO_ORGANISATION = "no_organisation"


class ChannelReason(StrEnum):
    """Why a channel is open now, or which of the conditions is missing."""

    OPEN = "open"
    NOT_IN_PLAN = "not_in_plan"
    NOT_CONNECTED = "not_connected"
    OUTSIDE_HOURS = "outside_hours"
