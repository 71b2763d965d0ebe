"""Setting a ladder as a picture: marks down a rail, what is done at each beside it, the two axes apart.

Pure geometry, in the units of the SVG's own view box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from backstay.escalation.queries import Rung
from backstay.plans import wording
from backstay.plans.choices import Axis, Do

LINE, BOX, GAP, FOOT, TOP = 17, 32, 8, 26, 34
KINDS = {Axis.FUNCTIONAL: "accent", Axis.HIERARCHICAL: "warn"}


@dataclass(frozen=True, slots=True)
class Measures:
    """Where things stand: the marks' words, and for each axis its column; below the words on a phone."""

    width: int
    letters: int  # in a line of a mark's words
    columns: dict[Axis, int]
    box: int
    is_stacked: bool


WIDE = Measures(950, 42, {Axis.FUNCTIONAL: 385, Axis.HIERARCHICAL: 680}, 265, is_stacked=False)
TALL = Measures(330, 40, {Axis.FUNCTIONAL: 46, Axis.HIERARCHICAL: 46}, 270, is_stacked=True)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done, in its box."""

    do: str
    kind: str
    label: str
    x: int
    y: int
    width: int

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + BOX / 2


@dataclass(frozen=True, slots=True)
class Step:
    """One mark with its number on the rail, its words, and what is done at it."""

    number: int
    mark: str
    y: int
    words: Sequence[tuple[int, str]]
    acts: Sequence[Act]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing. `heads` are the columns' titles, none where they are stacked."""

    size: str
    width: int
    height: int
    steps: Sequence[Step]
    heads: Sequence[tuple[int, str]]

    @property
    def rail(self) -> tuple[int, int]:
        return self.steps[0].y, self.steps[-1].y


def pictures(rung: Rung) -> tuple[Picture, Picture]:
    """The same ladder across a desk's screen and down a phone's."""
    return _picture(rung, WIDE, "wide"), _picture(rung, TALL, "tall")


def _picture(rung: Rung, measures: Measures, size: str) -> Picture:
    steps, y = [], TOP if not measures.is_stacked else FOOT
    for number, step in enumerate(rung.steps, start=1):
        lines = wrap(wording.mark(step.reached), measures.letters)
        words = tuple((y + 5 + LINE * index, line) for index, line in enumerate(lines))
        first = y + LINE * len(lines) - 4 if measures.is_stacked else y - BOX // 2
        acts = tuple(_acts(step.do, measures, first))
        steps.append(Step(number, step.mark, y, words, acts))
        y = max([words[-1][0], *(act.y + BOX for act in acts)]) + FOOT
    heads = (
        () if measures.is_stacked else tuple((x, wording.axis(axis)) for axis, x in measures.columns.items())
    )
    return Picture(size, measures.width, y, steps, heads)


def _acts(do: Sequence[Do], measures: Measures, first: int) -> Sequence[Act]:
    """Boxes below each other, in the column of their axis."""
    placed: dict[int, int] = {}
    acts = []
    for each in do:
        x = measures.columns[each.axis]
        row = placed.get(x, 0)
        placed[x] = row + 1
        y = first + row * (BOX + GAP)
        acts.append(Act(each, KINDS[each.axis], wording.act(each), x, y, measures.box))
    return acts
