"""Public holidays, written down for a range of years so that a later library cannot change a promise."""

from collections.abc import Iterable
from datetime import date

import holidays

# The library's own names of the languages, by ours.
_LANGUAGES = {"en": "en_US", "ro": "ro"}

Names = dict[date, dict[str, str]]


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> Names:
    """Each holiday's date with its name by language; English always, others where the library has them."""
    found = {
        ours: holidays.country_holidays(country, subdiv=subdivision, years=years, language=theirs)
        for ours, theirs in _LANGUAGES.items()
        if ours == "en" or theirs in _known_languages(country)
    }
    return {day: {ours: names[day] for ours, names in found.items()} for day in sorted(found["en"])}


def _known_languages(country: str) -> tuple[str, ...]:
    return tuple(holidays.list_localized_countries(include_aliases=False).get(country, ()))
