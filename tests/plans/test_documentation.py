import re
import tomllib
from pathlib import Path

from backstay.plans.catalogue import read
from backstay.plans.catalogue.locator import lines

GUIDE = Path(__file__).parents[2] / "docs" / "use" / "plans.md"


def merged(into, table):
    for key, value in table.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merged(into[key], value)
        else:
            into[key] = value
    return into


def test_every_example_of_the_guide_fits_the_shipped_catalogue(shipped_source):
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(examples) == 6
    whole = tomllib.loads(shipped_source)
    for example in examples:
        assert set(lines(example)) >= {(key,) for key in tomllib.loads(example)}
        merged(whole, tomllib.loads(example))
    assert read(_toml(whole)).warnings == ()


def _toml(value):
    """Enough TOML for a catalogue: everything inline below the top."""
    return "\n".join(f"{_key(key)} = {_inline(entry)}" for key, entry in value.items())


def _key(key):
    return '"' + str(key) + '"'


def _inline(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_inline(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else '"' + value.replace('"', '\\"') + '"'
