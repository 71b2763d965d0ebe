"""What is wrong with a catalogue file, where, and what would be right."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _

Path = tuple[str | int, ...]
SHOWN = 20


def dotted(path: Path) -> str:
    """plans.emerald-us.regions[0]"""
    words = ""
    for part in path:
        words += f"[{part}]" if isinstance(part, int) else f".{part}" if words else str(part)
    return words


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault. `path` leads to it; `allowed` are the values that would do, where there is such a list."""

    path: Path
    says: str
    allowed: tuple[str, ...] = ()
    given: str = ""
    line: int | None = None

    @property
    def suggestion(self) -> str:
        close = get_close_matches(self.given, self.allowed, n=1, cutoff=0.6) if self.given else []
        return close[0] if close else ""

    def __str__(self) -> str:
        place = _("line %(line)d: ") % {"line": self.line} if self.line else ""
        where = f"{dotted(self.path)}: " if self.path else ""
        words = [f"{place}{where}{self.says}"]
        if self.suggestion:
            words.append(_('Did you mean "%(word)s"?') % {"word": self.suggestion})
        if self.allowed:
            more = [_("and others")] if len(self.allowed) > SHOWN else []
            words.append(_("Allowed: %(words)s.") % {"words": ", ".join([*self.allowed[:SHOWN], *more])})
        return " ".join(words)


def unknown(path: Path, given: str, allowed: Collection[str]) -> Problem:
    """A name that leads nowhere."""
    says = _('"%(given)s" is not known here.') % {"given": given}
    return Problem(path=path, says=says, given=given, allowed=tuple(allowed))


class BadCatalogue(ValueError):
    """A catalogue file that cannot be used. `problems` lists everything found wrong, in order of lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.line or 0, dotted(problem.path)))
        super().__init__("\n".join(map(str, self.problems)))
