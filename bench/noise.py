"""How steady the machine is: the same small piece of work, before and after each measurement."""

import time
from dataclasses import dataclass, field
from statistics import median

from bench.figures import Figure

ROUNDS = 40


@dataclass
class Noise:
    """Milliseconds that one round of the same work took, each time it was asked for."""

    seen: list[float] = field(default_factory=list)

    def look(self) -> None:
        self.seen.append(median(_round() for _ in range(ROUNDS)))

    def figures(self) -> list[Figure]:
        """The slowest look against the fastest: no comparison within a run is finer than that."""
        group = "The machine's noise: the same loop before and after each part"
        spread = (max(self.seen) / min(self.seen) - 1) * 100
        return [
            Figure(group=group, name="one round, median of all looks", value=median(self.seen), unit="ms"),
            Figure(group=group, name="slowest look above the fastest", value=round(spread, 1), unit="%"),
        ]


def _round() -> float:
    began = time.perf_counter()
    words: dict[int, str] = {}
    for number in range(20_000):
        words[number % 997] = str(number)
    return (time.perf_counter() - began) * 1000
