import re
from itertools import combinations

import pytest

from backstay.ui import diagrams
from backstay.ui.examples.data import parcel

SEGMENT = re.compile(r"M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)")
WIDE = pytest.mark.parametrize("wide", [True, False], ids=["wide", "tall"])


def segments(arrow):
    found = [tuple(map(float, SEGMENT.fullmatch(path).groups())) for path in arrow.paths]
    return [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in found]


def overlap(one, other):
    return all(min(one[n + 2], other[n + 2]) > max(one[n], other[n]) for n in (0, 1))


def lie_on_each_other(one, other):
    """Whether two lines, each across or down, share more than a point."""
    shared = [min(one[n + 2], other[n + 2]) - max(one[n], other[n]) for n in (0, 1)]
    return min(shared) >= 0 and max(shared) > 0


@WIDE
def test_boxes_stand_apart_and_inside_the_picture(wide):
    drawing = diagrams.draw(parcel(), wide=wide)
    rectangles = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in drawing.boxes]
    assert not any(overlap(one, other) for one, other in combinations(rectangles, 2))
    for x, y, right, bottom in rectangles:
        assert x >= 0
        assert y >= 0
        assert right <= drawing.width
        assert bottom <= drawing.height


@WIDE
def test_no_line_lies_on_another_arrows(wide):
    drawing = diagrams.draw(parcel(), wide=wide)
    for one, other in combinations(drawing.arrows, 2):
        pairs = [(a, b) for a in segments(one) for b in segments(other)]
        assert not any(lie_on_each_other(a, b) for a, b in pairs)


def test_no_line_crosses_a_label():
    drawing = diagrams.draw(parcel(), wide=True)
    labels = [
        (line.x, line.y - 12, line.x + 7 * len(line.text), line.y + 3)
        for arrow in drawing.arrows
        for line in arrow.label
    ]
    lines = [line for arrow in drawing.arrows for line in segments(arrow)]
    thick = [(a - 0.5, b - 0.5, c + 0.5, d + 0.5) for a, b, c, d in lines]
    assert not any(overlap(label, line) for label in labels for line in thick)
    assert not any(overlap(one, other) for one, other in combinations(labels, 2))


@WIDE
def test_every_target_has_an_arrow_head(wide):
    drawing = diagrams.draw(parcel(), wide=wide)
    assert [len(arrow.heads) for arrow in drawing.arrows] == [
        len(arrow.edge.targets) for arrow in drawing.arrows
    ]


def test_words_are_wrapped_and_never_broken():
    assert diagrams.wrapped("Waiting on engineering", 12) == ["Waiting on", "engineering"]
    assert diagrams.wrapped("", 12) == []
