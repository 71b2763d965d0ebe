"""The kinds of value that every part of a catalogue is made of: keys, and texts by language."""

import re
from collections.abc import Mapping
from typing import Annotated

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import AfterValidator, ConfigDict, Field

SOURCE_LANGUAGE = "en"
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z]+)?$")


def _texts(value: dict[str, str]) -> dict[str, str]:
    strange = [code for code in value if not _LANGUAGE.match(code)]
    if strange:
        raise ValueError(_('"%(code)s" is not a language code, such as "en" and "ro"') % {"code": strange[0]})
    if not value.get(SOURCE_LANGUAGE, "").strip():
        raise ValueError(_('the English text is missing: every text has at least "en"'))
    return value


Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9_-]{0,48}[A-Za-z0-9])?$")]
Text = Annotated[dict[str, str], AfterValidator(_texts)]
STRICT = ConfigDict(extra="forbid", validate_default=True)


def say(text: Mapping[str, str]) -> str:
    """The text in the language that is active, else in English."""
    language = get_language() or SOURCE_LANGUAGE
    return text.get(language) or text.get(language.split("-", maxsplit=1)[0]) or text[SOURCE_LANGUAGE]
