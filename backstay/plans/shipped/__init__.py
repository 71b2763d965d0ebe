"""The catalogue that a new installation starts with."""

from importlib.resources import files


def source() -> str:
    """The text of catalogue.toml."""
    return files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
