"""The Range header of RFC 9110, section 14, as far as we honour it: one range of bytes."""

import re
from dataclasses import dataclass

# More than 18 digits are no size of a file; a header that has them is taken for one that is not understood.
_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


class NotSatisfiable(ValueError):
    """The range begins behind the end of the file, or asks for its last zero bytes."""


@dataclass(frozen=True)
class ByteRange:
    """Bytes `first` to `last`, both of them included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def wanted_range(header: str, size: int) -> ByteRange | None:
    """The part of a file of `size` bytes that the header asks for; None for the whole file.

    The whole file also answers what is malformed, in other units, or several ranges at once: RFC 9110 lets a
    server ignore those, and then nobody can ask for one byte a thousand times over. Raises NotSatisfiable.
    """
    matched = _ONE_RANGE.fullmatch(header)
    if not matched or matched[1] == matched[2] == "":
        return None
    if not matched[1]:
        return _suffix(int(matched[2]), size)
    first = int(matched[1])
    last = int(matched[2]) if matched[2] else max(first, size - 1)
    if last < first:
        return None
    if first >= size:
        raise NotSatisfiable(header)
    return ByteRange(first, min(last, size - 1))


def _suffix(length: int, size: int) -> ByteRange | None:
    if length == 0:
        raise NotSatisfiable("the last 0 bytes")
    return ByteRange(max(size - length, 0), size - 1) if size else None
