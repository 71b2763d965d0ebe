"""Who may sign in to the example world, as it is printed at every start."""

from collections.abc import Iterator
from dataclasses import dataclass

from backstay.accounts.models import User
from backstay.core.scoping import acting
from backstay.project.world import data
from backstay.project.world.parties import BY, PASSWORD, email


@dataclass(frozen=True)
class SignIn:
    """`password` is the example's; whoever changed theirs knows another one."""

    name: str
    email: str
    password: str
    what: str


def sign_ins() -> list[SignIn]:
    """Those of the example people who are here and may sign in; none where there is no example world."""
    wanted = {each.email: each for each in (*_customers(), *_staff())}
    with acting(BY):
        known = set(User.objects.filter(email__in=wanted, is_active=True).values_list("email", flat=True))
    return [each for each in wanted.values() if each.email in known]


def _customers() -> Iterator[SignIn]:
    for each in data.organisations():
        if each.sign_in:
            name = each.contacts[0][0]
            yield SignIn(name, email(name, each.domain), PASSWORD, f"{each.sign_in} ({each.name})")


def _staff() -> Iterator[SignIn]:
    for each in data.staff():
        if each.sign_in:
            yield SignIn(each.name, email(each.name, data.staff_domain()), PASSWORD, each.sign_in)


def listed(found: list[SignIn]) -> list[str]:
    """Lines to print: the addresses in a column, and the one password."""
    if not found:
        return []
    width = max(len(each.email) for each in found)
    people = [f"  {each.email:<{width}}  {each.what}" for each in found]
    return [f"Sign in to the example world with the password {PASSWORD} as:", *people]
