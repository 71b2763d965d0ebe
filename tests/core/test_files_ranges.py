import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.core.files.ranges import ByteRange, NotSatisfiable, wanted_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=0-9", ByteRange(0, 9)),
        ("bytes=3-", ByteRange(3, 9)),
        ("bytes=9-", ByteRange(9, 9)),
        ("bytes=5-1000", ByteRange(5, 9)),
        ("bytes=-3", ByteRange(7, 9)),
        ("bytes=-1000", ByteRange(0, 9)),
        ("Bytes= 2-4 ", ByteRange(2, 4)),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=0-1,3-4", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("bytes=1.5-3", None),
        ("lines=0-1", None),
        (f"bytes={'9' * 5000}-", None),
    ],
)
def test_wanted_range_of_ten_bytes(header: str, wanted: ByteRange | None):
    assert wanted_range(header, 10) == wanted


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=10-", 10), ("bytes=10-20", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-0", 0)],
)
def test_wanted_range_behind_the_end_is_not_satisfiable(header: str, size: int):
    with pytest.raises(NotSatisfiable):
        wanted_range(header, size)


def test_wanted_range_takes_the_end_of_an_empty_file_for_all_of_it():
    assert wanted_range("bytes=-5", 0) is None


@given(st.text(max_size=40), st.integers(0, 1000))
def test_wanted_range_survives_any_header(header: str, size: int):
    try:
        part = wanted_range(f"bytes={header}", size)
    except NotSatisfiable:
        return
    assert part is None or 0 <= part.first <= part.last < size


@given(st.binary(min_size=1, max_size=50), st.data())
def test_wanted_range_cuts_as_a_slice_does(content: bytes, data: st.DataObject):
    first = data.draw(st.integers(0, len(content) - 1))
    last = data.draw(st.integers(first, len(content) + 20))
    suffix = data.draw(st.integers(1, len(content) + 20))
    assert _cut(content, f"bytes={first}-{last}") == content[first : last + 1]
    assert _cut(content, f"bytes={first}-") == content[first:]
    assert _cut(content, f"bytes=-{suffix}") == content[-suffix:]


def _cut(content: bytes, header: str) -> bytes:
    part = wanted_range(header, len(content))
    assert part is not None
    return content[part.first :][: part.length]
