from email.message import Message
from importlib.metadata import PackageNotFoundError

import pytest

from checks import licences


def _told(**fields: str | list[str]) -> Message:
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache-2.0 OR BSD-3-Clause",
        "GPL-2.0-or-later OR MIT",
        "LGPL-3.0-only",
        "MPL-2.0",
        "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)",
    ],
)
def test_licence_that_binds_nobody_is_allowed(licence: str) -> None:
    assert licences.is_allowed(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-or-later",
        "GPLv3",
        "AGPL-3.0",
        "MIT AND GPL-2.0-only",
        "LGPL-2.1-only AND GPL-2.0-only",
        "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        "License :: OSI Approved :: GNU Affero General Public License v3",
        "BUSL-1.1",
        "Business Source License 1.1",
        "SSPL-1.0",
        "Elastic-2.0",
        "License :: Other/Proprietary License",
        "UNKNOWN",
    ],
)
def test_licence_that_would_bind_is_refused(licence: str) -> None:
    assert not licences.is_allowed(licence)


def test_licence_expression_goes_before_what_older_fields_say(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _told(License_Expression="MIT", License="GPL", Classifier="License :: Other/Proprietary License")
    monkeypatch.setattr(licences, "metadata", lambda _name: told)
    assert licences.licences("some") == ["MIT"]


def test_licence_text_in_the_field_counts_as_nothing_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _told(
        License="Redistribution and use " * 20, Classifier=["License :: OSI Approved :: BSD License"]
    )
    monkeypatch.setattr(licences, "metadata", lambda _name: told)
    assert licences.licences("some") == ["License :: OSI Approved :: BSD License"]


def test_licence_findings_name_the_line_of_the_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    stated = {
        "good": _told(License="MIT"),
        "bad": _told(License="AGPLv3"),
        "mute": _told(),
        "qrcode": _told(),
    }

    def metadata(name: str) -> Message:
        if name not in stated:
            raise PackageNotFoundError(name)
        return stated[name]

    monkeypatch.setattr(licences, "metadata", metadata)
    pins = "# pinned\ngood==1\nbad==2\nmute==3\nabsent==4\nqrcode==8.2\n"
    assert [str(finding) for finding in licences.found_in("core.txt", pins)] == [
        "core.txt:3: bad is under AGPLv3",
        "core.txt:4: mute states no licence: read it, and add it to READ in checks/licences.py",
        "core.txt:5: absent is not installed, so its licence is unknown: make setup",
    ]


def test_licences_of_what_is_pinned_are_allowed() -> None:
    assert licences.check() == []
