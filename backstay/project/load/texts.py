"""Message bodies for measuring: sentences of the example conversations, put together anew."""

import re
from random import Random

from backstay.project.load.copying import escaped
from backstay.project.world import data

POOL = 3000  # bodies that are drawn from
MEAN, SPREAD, LEAST = 265, 110, 40  # characters at which a body is long enough; the last sentence goes beyond


def bodies(rng: Random) -> list[str]:
    """Of 300 characters on average, escaped for COPY."""
    sentences = _sentences()
    return [escaped(_body(rng, sentences)) for _ in range(POOL)]


def subjects() -> list[str]:
    """Those that need no details, escaped for COPY."""
    found = [subject for script in data.scripts() for subject in script.subjects if "{" not in subject]
    return [escaped(subject) for subject in found]


def _body(rng: Random, sentences: list[str]) -> str:
    wanted = max(LEAST, rng.gauss(MEAN, SPREAD))
    body = rng.choice(sentences)
    while len(body) < wanted:
        body = f"{body} {rng.choice(sentences)}"
    return body


def _sentences() -> list[str]:
    text = " ".join(
        line.text
        for script in data.scripts()
        if script.language == "en"
        for line in script.lines
        if "\n" not in line.text
    )
    parts = re.split(r"(?<=[.?!]) ", text)
    return [part for part in parts if "{" not in part and 20 < len(part) < 160]
