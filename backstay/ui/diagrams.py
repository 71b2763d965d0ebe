"""Setting a diagram of states: boxes in one line, and every arrow on a track of its own beside them.

Pure geometry, in the units of the SVG's own view box. An edge may lead from several boxes to several
others; a frame stands for the boxes in it. Edges run on tracks before (above, or left of) or after (below,
or right of) the boxes. Each box has a port of its own for each edge, so that no two lines lie on each other,
and no line crosses a label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from backstay.ui.inputs import Diagram, DiagramEdge

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Measures:
    """How large things are: along the line of boxes (`length`) and across it (`breadth`)."""

    length: float
    breadth: float
    gap: float
    padding: float  # between a frame and its boxes
    foot: float  # room for the frame's title, across
    frame_gap: float  # between the frame and a box outside of it
    track: float  # from one track to the next
    first_track: float
    wrap: int  # letters in a line of a box


WIDE = Measures(
    length=128, breadth=72, gap=22, padding=16, foot=22, frame_gap=70, track=46, first_track=40, wrap=15
)
TALL = Measures(
    length=64, breadth=162, gap=18, padding=12, foot=0, frame_gap=46, track=30, first_track=25, wrap=18
)
PORT = 15.0
ARROW = 7.0
LINE = 17.0
BADGE = 16.0  # from the beginning of a free stretch to the middle of the number
LETTER = 7.0  # about as wide as a letter of a label


@dataclass(frozen=True, slots=True)
class Text:
    """A line of a text, by its middle or its beginning on the base line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its rectangle, the lines of its name, and of what stands below it."""

    key: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    lines: Sequence[Text]
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge: its lines as SVG paths, the heads of its arrows, its number on a badge, its label."""

    edge: DiagramEdge
    number: int
    paths: Sequence[str]
    heads: Sequence[str]
    badge: Point
    label: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    frame: Box
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


@dataclass(frozen=True, slots=True)
class _Place:
    """From where to where a box or the frame reaches, along the line and across it."""

    start: float
    end: float
    near: float
    far: float


@dataclass(frozen=True, slots=True)
class _Track:
    """An edge on its track: which level, and where along the line each of its ends taps it."""

    edge: DiagramEdge
    level: int
    taps: Sequence[tuple[str, float]]

    @property
    def span(self) -> tuple[float, float]:
        places = [at for _key, at in self.taps]
        return min(places), max(places)


def draw(diagram: Diagram, *, wide: bool) -> Drawing:
    """The diagram across a desk's screen, or down a phone's."""
    return _Setter(diagram, WIDE if wide else TALL, wide=wide).drawing()


class _Setter:
    """One setting of one diagram. Everything is reckoned along and across; `_point` turns it."""

    def __init__(self, diagram: Diagram, measures: Measures, *, wide: bool) -> None:
        self.diagram, self.of, self.wide = diagram, measures, wide
        before = [edge for edge in diagram.edges if edge.before]
        after = [edge for edge in diagram.edges if not edge.before]
        self.top = self._depth(len(before)) + 2
        self.places = self._placed()
        self.tracks = {
            True: self._on_tracks(before, before=True),
            False: self._on_tracks(after, before=False),
        }

    def _depth(self, tracks: int) -> float:
        return self.of.first_track + (tracks - 1) * self.of.track + LINE if tracks else 2.0

    def _placed(self) -> dict[str, _Place]:
        of, at = self.of, 1.0 + self.of.padding
        near = self.top + of.padding
        places = {}
        for node in self.diagram.nodes:
            places[node.key] = _Place(at, at + of.length, near, near + of.breadth)
            at += of.length + of.gap
        frame = _Place(1.0, at - of.gap + of.padding, self.top, near + of.breadth + of.padding + of.foot)
        start = frame.end + of.frame_gap
        end = self.diagram.end
        places[end.key] = _Place(start, start + of.length, near, near + of.breadth)
        return places | {self.diagram.frame_key: frame}

    def _on_tracks(self, edges: Sequence[DiagramEdge], *, before: bool) -> list[_Track]:
        """Each edge on the nearest level where nothing else runs along its span."""
        ports = self._ports(edges, before=before)
        found: list[_Track] = []
        for number, edge in enumerate(edges):
            taps = [(key, ports[key, number]) for key in (*edge.sources, *edge.targets)]
            track = _Track(edge, 0, taps)
            level = 0
            while any(other.level == level and _meet(other.span, track.span) for other in found):
                level += 1
            found.append(_Track(edge, level, taps))
        return found

    def _ports(self, edges: Sequence[DiagramEdge], *, before: bool) -> dict[tuple[str, int], float]:
        """Where along the line each edge leaves or reaches each box. The frame's ports stand at its corners:
        the farther a track, the nearer to the corner, so that no line crosses another's label.
        """
        users: dict[str, list[int]] = {}
        for number, edge in enumerate(edges):
            for key in (*edge.sources, *edge.targets):
                users.setdefault(key, []).append(number)
        ports = {}
        for key, numbers in users.items():
            place = self.places[key]
            middle = (place.start + place.end) / 2
            for order, number in enumerate(numbers):
                if key != self.diagram.frame_key:
                    ports[key, number] = middle + (order - (len(numbers) - 1) / 2) * PORT * 1.6
                elif before:
                    ports[key, number] = place.start + PORT * (len(numbers) - order)
                else:
                    ports[key, number] = place.end - PORT * (order + 1)
        return ports

    def drawing(self) -> Drawing:
        tracks = [*self.tracks[True], *self.tracks[False]]
        numbers = {edge: number for number, edge in enumerate(self.diagram.edges, start=1)}
        frame = self.places[self.diagram.frame_key]
        levels = 1 + max((track.level for track in self.tracks[False]), default=-1)
        across = frame.far + self._depth(levels)
        along = self.places[self.diagram.end.key].end + 1
        width, height = (along, across) if self.wide else (across, along)
        return Drawing(
            width=width,
            height=height,
            frame=self._box(self.diagram.frame_key, "frame", self.diagram.frame_label, ""),
            boxes=[
                self._box(node.key, node.kind, node.label, node.note)
                for node in (*self.diagram.nodes, self.diagram.end)
            ],
            arrows=[self._arrow(track, numbers[track.edge]) for track in tracks],
        )

    def _box(self, key: str, kind: str, label: str, note: str) -> Box:
        place = self.places[key]
        (x, y), (right, bottom) = self._point(place.start, place.near), self._point(place.end, place.far)
        if kind == "frame":
            title = [Text(x + 16, bottom - 13, label)] if self.wide else []
            return Box(key, kind, x, y, right - x, bottom - y, title, [])
        lines, notes = wrapped(label, self.of.wrap), wrapped(note, self.of.wrap + 4) if note else []
        first = (y + bottom) / 2 - (len(lines) + len(notes) * 0.9) * LINE / 2 + LINE * 0.75
        middle = (x + right) / 2
        below = first + len(lines) * LINE
        return Box(
            key,
            kind,
            x,
            y,
            right - x,
            bottom - y,
            [Text(middle, first + LINE * row, text) for row, text in enumerate(lines)],
            [Text(middle, below + (LINE - 2) * row, text) for row, text in enumerate(notes)],
        )

    def _arrow(self, track: _Track, number: int) -> Arrow:
        level = self._level(track)
        start, end = track.span
        targets = dict(track.taps[len(track.edge.sources) :])
        paths = [_path(self._point(start, level), self._point(end, level))]
        heads = []
        for key, at in track.taps:
            edge_of_box = self._side(key, before=track.edge.before)
            paths.append(_path(self._point(at, level), self._point(at, edge_of_box)))
            if targets.get(key) == at and key in targets:
                heads.append(self._head(at, edge_of_box, before=track.edge.before))
        first, last = self._free_stretch(track)
        badge = self._point(first + BADGE if self.wide else (first + last) / 2, level)
        label = self._label(track.edge.label, badge, last - first) if self.wide else []
        return Arrow(track.edge, number, paths, heads, badge, label)

    def _label(self, label: str, badge: Point, room: float) -> list[Text]:
        """Beside the number and above the line, in as many lines as the free stretch asks for."""
        lines = wrapped(label, int((room - 2 * BADGE) / LETTER))
        x, y = badge[0] + BADGE, badge[1] - 7
        return [Text(x, y - (len(lines) - 1 - row) * (LINE - 1), text) for row, text in enumerate(lines)]

    def _free_stretch(self, track: _Track) -> tuple[float, float]:
        """The longest piece of a track that no line crosses or leaves: for its number and its label."""
        start, end = track.span
        farther = [other for other in self.tracks[track.edge.before] if other.level > track.level]
        crossing = [at for other in farther for _key, at in other.taps if start < at < end]
        places = sorted([*crossing, *(at for _key, at in track.taps)])
        return max(pairwise(places), key=lambda piece: piece[1] - piece[0])

    def _level(self, track: _Track) -> float:
        frame = self.places[self.diagram.frame_key]
        distance = self.of.first_track + track.level * self.of.track
        return frame.near - distance if track.edge.before else frame.far + distance

    def _side(self, key: str, *, before: bool) -> float:
        place = self.places[key]
        return place.near if before else place.far

    def _head(self, along: float, across: float, *, before: bool) -> str:
        back = across - ARROW * 1.4 if before else across + ARROW * 1.4
        tip, left, right = (
            self._point(along, across),
            self._point(along - ARROW * 0.7, back),
            self._point(along + ARROW * 0.7, back),
        )
        return " ".join(f"{_number(x)},{_number(y)}" for x, y in (tip, left, right))

    def _point(self, along: float, across: float) -> Point:
        return (along, across) if self.wide else (across, along)


def wrapped(text: str, letters: int) -> list[str]:
    """The words in lines of about that many letters; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _path(start: Point, end: Point) -> str:
    return f"M{_number(start[0])} {_number(start[1])}L{_number(end[0])} {_number(end[1])}"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
