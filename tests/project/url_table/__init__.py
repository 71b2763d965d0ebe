"""Every address of the project, and what each role is answered there. A new address needs a row.

A row is asked once by each role, in a world with an open case and a bound one. Paths and bodies name its
things in braces: {open}, {bound} (case numbers), {customer}, {bound_customer}, ...; see `url_world`.
"""

from tests.project.url_table.accounts import ACCOUNTS
from tests.project.url_table.api import API
from tests.project.url_table.console import CONSOLE
from tests.project.url_table.people import PEOPLE
from tests.project.url_table.portal import PORTAL
from tests.project.url_table.rows import LIKE, ROLES, Row

ROWS = [*ACCOUNTS, *PEOPLE, *CONSOLE, *PORTAL, *API]

__all__ = ["LIKE", "ROLES", "ROWS", "Row"]
