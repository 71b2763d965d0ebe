"""What pages hand to components that take more than a word: frozen, and free of any domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One of several views of a page. `count` is shown beside the label when it is not empty."""

    label: str
    href: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crumb:
    label: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceDetail:
    """What stands beside one radio button: a sentence, examples, and a severity code drawn as its badge."""

    description: str = ""
    severity: str = ""
    examples: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixCell:
    """`included` is False for what the column does not hold ("not included")."""

    text: str
    included: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixRow:
    """`severities` are drawn as badges before the label."""

    label: str
    cells: Sequence[MatrixCell]
    severities: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixGroup:
    title: str
    rows: Sequence[MatrixRow]


class SpanKind(StrEnum):
    COUNTED = "counted"
    SKIPPED = "skipped"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of a clock's time line. `note` says why: "outside 08:00-20:00", "waiting on customer"."""

    start: datetime
    end: datetime
    kind: SpanKind
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekRow:
    """One channel's open stretches, as pairs of aware instants; they may reach past the week shown."""

    label: str
    stretches: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, kw_only=True, slots=True)
class DiagramNode:
    """A state. `kind` names its look: plain, accent, warn, kept. `note` stands small below its name."""

    key: str
    label: str
    kind: str = "plain"
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DiagramEdge:
    """Leads from any of its sources to any of its targets but the same; `before` is its side of the boxes.

    Keys name nodes, or the frame for all that it holds. `who` says in words who goes that way.
    """

    sources: Sequence[str]
    targets: Sequence[str]
    label: str
    who: str = ""
    kind: str = "plain"
    before: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagram:
    """States in a frame, one outside of it, and what leads from each to each."""

    title: str
    description: str
    frame_key: str
    frame_label: str
    nodes: Sequence[DiagramNode]
    end: DiagramNode
    edges: Sequence[DiagramEdge]
