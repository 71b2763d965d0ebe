from pathlib import Path

import allauth
import django
import pytest
from babel.messages.pofile import read_po
from django.contrib import auth
from django.utils import translation

from backstay.project.package_texts import TEXTS
from checks.findings import ROOT
from checks.messages import gathered
from checks.translations import entries, forms

PACKAGES = [
    Path(allauth.__file__).parent / "locale",
    Path(django.__file__).parent / "conf" / "locale",
    Path(auth.__file__).parent / "locale",
]
# Newer than the package's catalogue, but written in its code.
NOT_YET_THERE = {"This password is too short. It must contain at least %d character."}


def of_packages() -> set[str]:
    """The singular forms of every text in the packages' Romanian catalogues."""
    found = set()
    for folder in PACKAGES:
        with (folder / "ro" / "LC_MESSAGES" / "django.po").open("rb") as file:
            found |= {forms(message.id)[0] for message in entries(read_po(file))}
    return found


def ours() -> set[str]:
    """The singular forms of what is gathered from the module."""
    return {
        forms(message.id)[0]
        for message in entries(gathered(ROOT))
        if any("package_texts" in path for path, _line in message.locations)
    }


def test_every_text_is_one_of_a_package():
    found = ours()
    assert len(found) == len(TEXTS)
    assert found - of_packages() - NOT_YET_THERE == set()


@pytest.mark.parametrize(
    ("text", "ro"),
    [("Remember Me", "Ține-mă minte"), ("Enter a number.", "Introduceți un număr."), ("%s GB", "%s GB")],
)
def test_our_catalogue_comes_before_the_packages(text, ro):
    with translation.override("ro"):
        assert translation.gettext(text) == ro
