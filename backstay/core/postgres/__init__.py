"""PostgreSQL for Backstay: the server it brings along, and the addresses of that or of any other.

`running(var)` makes sure that a database answers for the length of a block; `connection_settings(var)`
tells Django where it is. With DATABASE_URL and DATABASE_OWNER_URL in the environment nothing is started.
"""

from backstay.core.postgres.addresses import (
    AddressError,
    DatabaseUrls,
    connection_settings,
    from_environment,
    settings_of,
    urls,
)
from backstay.core.postgres.children import tied_to_parent
from backstay.core.postgres.cluster import ClusterFailed
from backstay.core.postgres.home import Home, NoPrograms, found_programs
from backstay.core.postgres.record import free_port
from backstay.core.postgres.roles import refusal
from backstay.core.postgres.server import (
    HeldElsewhere,
    NobodyHolds,
    Server,
    ServerFailed,
    attached,
    delete,
    running,
)

__all__ = [
    "AddressError",
    "ClusterFailed",
    "DatabaseUrls",
    "HeldElsewhere",
    "Home",
    "NoPrograms",
    "NobodyHolds",
    "Server",
    "ServerFailed",
    "attached",
    "connection_settings",
    "delete",
    "found_programs",
    "free_port",
    "from_environment",
    "refusal",
    "running",
    "settings_of",
    "tied_to_parent",
    "urls",
]
