"""A measured figure, and the tables that people and programs read."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row: `aim` is the most allowed, or the least where more is better. None: nothing was set as aim."""

    group: str
    name: str
    value: float
    unit: str
    aim: float | None = None
    more_is_better: bool = False

    @property
    def is_met(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.more_is_better else self.value <= self.aim

    def told(self) -> dict[str, object]:
        """For JSON."""
        return {
            "group": self.group,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "aim": self.aim,
            "met": self.is_met,
        }


def table(figures: list[Figure]) -> str:
    """The figures by group, each with its aim."""
    width = max(len(each.name) for each in figures) + 2
    lines, group = [], ""
    for each in figures:
        if each.group != group:
            group = each.group
            lines += ["", group]
        lines.append(f"  {each.name:{width}}{_number(each.value):>10} {each.unit:8}{_aim(each)}".rstrip())
    return "\n".join(lines).lstrip("\n")


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    bound = "at least" if figure.more_is_better else "at most"
    return f"  aim {bound} {_number(figure.aim)}: {'met' if figure.is_met else 'MISSED'}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.3g}"
