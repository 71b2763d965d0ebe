"""Addresses of pages, kept: Django takes as long to reverse one as to run a small query."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=8192)
def address(name: str, *values: str | int) -> str:
    """The path of the page called `name` with the values in its pattern. Raises NoReverseMatch."""
    return reverse(name, args=values)
