import tomllib

from hypothesis import given
from hypothesis import strategies as st

from backstay.plans import shipped
from backstay.plans.catalogue.locator import line_of, lines

TEXT = '''# a comment with [brackets] and "quotes"
title = "x # no comment"   # a comment
site."back stay".port = 8000

[plans.silver]
name = { en = "Silver", ro = { long = 'Argint, "ag"', short = "Ag" } }
coverage.case = "12x5"
"odd key" = [1, 2]
regions = [
  "ro",  # Romania
  # only a comment
  "us",
]

[plans.silver.targets.blocker]
text = """
first ] line "" of two
last \\"""""
unit = 1.5
literal = \'\'\'
[not.a.table]
\'\'\'
when = 2026-11-20T18:30:00+02:00

[[plans.silver.notes]]
by = "a"

[[plans.silver.notes]]
by = "b"
nested = [[1, 2], [{ deep = true }]]

[plans.silver.notes.more]
last = 0
'''


def test_lines_of_plain_and_dotted_keys():
    found = lines(TEXT)
    assert found["title",] == 2
    assert found["site",] == found["site", "back stay"] == found["site", "back stay", "port"] == 3
    assert found["plans", "silver", "coverage", "case"] == 7
    assert found["plans", "silver", "odd key"] == found["plans", "silver", "odd key", 1] == 8


def test_lines_of_tables_and_what_leads_to_them():
    found = lines(TEXT)
    assert found["plans",] == found["plans", "silver"] == 5
    assert found["plans", "silver", "targets"] == found["plans", "silver", "targets", "blocker"] == 15


def test_lines_in_inline_tables():
    found = lines(TEXT)
    assert found["plans", "silver", "name", "ro", "short"] == 6


def test_lines_of_array_elements_skip_comments():
    found = lines(TEXT)
    assert found["plans", "silver", "regions", 0] == 10
    assert found["plans", "silver", "regions", 1] == 12
    assert ("plans", "silver", "regions", 2) not in found


def test_lines_after_strings_over_several_lines():
    found = lines(TEXT)
    blocker = ("plans", "silver", "targets", "blocker")
    assert found[*blocker, "text"] == 16
    assert found[*blocker, "unit"] == 19
    assert found[*blocker, "when"] == 23
    assert ("not",) not in found


def test_lines_in_arrays_of_tables_count_each_table():
    found = lines(TEXT)
    notes = ("plans", "silver", "notes")
    assert (found[*notes, 0], found[*notes, 0, "by"]) == (25, 26)
    assert (found[*notes, 1], found[*notes, 1, "by"]) == (28, 29)
    assert found[*notes, 1, "nested", 1, 0, "deep"] == 30
    assert found[*notes, 1, "more", "last"] == 33


def test_lines_do_not_depend_on_line_endings():
    assert lines(TEXT.replace("\n", "\r\n")) == lines(TEXT)


def test_line_of_a_missing_key_is_that_of_its_table():
    found = lines(TEXT)
    assert line_of(found, ("plans", "silver", "rank")) == 5
    assert line_of(found, ("channels",)) == 1


def _paths(value, path=()):
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, entry in entries:
        yield (*path, key)
        yield from _paths(entry, (*path, key))


def test_every_path_of_the_shipped_catalogue_has_a_line():
    source = shipped.source()
    assert set(lines(source)) == set(_paths(tomllib.loads(source)))


KEYS = st.text(alphabet="ab.\" '#[]\\", max_size=4)
LEAVES = st.integers() | st.booleans() | st.text(alphabet="x\"'#[]{},=\\", max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_toml, value)) + "\n]"
    return "{" + ", ".join(f"{_quoted(key)} = {_toml(entry)}" for key, entry in value.items()) + "}"


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_lines_finds_exactly_the_paths_that_tomllib_reads(value):
    source = "\n".join(f"{_quoted(key)} = {_toml(entry)}" for key, entry in value.items())
    assert tomllib.loads(source) == value
    assert set(lines(source)) == set(_paths(value))
