"""Who of the vendor's staff works on a case, and in whose words."""

from dataclasses import dataclass
from random import Random

from backstay.project.world.parties import Colleague, Customer, Parties

LEVEL_OF_PLAN = {"silver": 1, "gold": 1, "platinum": 2, "emerald-us": 2}


@dataclass(frozen=True)
class Crew:
    """Those who may be asked to work on a case: by level, and the lead who hands it over."""

    first: tuple[Colleague, ...]
    second: tuple[Colleague, ...]
    lead: Colleague
    level: int

    def agent(self, rng: Random) -> Colleague:
        return rng.choice(self.second if self.level == 2 else self.first)

    def colleague(self, rng: Random, besides: Colleague) -> Colleague:
        """Somebody else who may know of the case."""
        others = [each for each in (*self.first, *self.second) if each is not besides]
        return rng.choice(others)


def crew(parties: Parties, customer: Customer, plan: str | None) -> Crew:
    """Only eligible people on a bound case; Romanian-speaking ones where the customer writes Romanian."""
    allowed = [each for each in parties.staff if each.data.us or not customer.is_bound]
    agents = [each for each in allowed if each.data.role == "agent"]
    wanted = [each for each in agents if customer.data.language in {each.data.language, "en"}]
    return Crew(
        first=tuple(each for each in wanted if each.data.level == 1),
        second=tuple(each for each in wanted if each.data.level == 2),
        lead=next(each for each in allowed if each.data.role == "lead"),
        level=LEVEL_OF_PLAN.get(plan or "", 1),
    )
