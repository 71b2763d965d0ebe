"""The life of a case as data: code, permissions, tests and diagrams read this table.

Clocks are no business of a state: a change of state alone never stops or pauses one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from backstay.cases.choices import CustomerState, State


class Who(StrEnum):
    """On whose side a move may be made."""

    STAFF = "staff"
    CONTACT = "contact"


class Move(StrEnum):
    """What makes a case change its state."""

    SET = "set"  # staff say so
    ANSWER = "answer"  # the customer writes
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Transition:
    """`with_message`: it happens only together with a public message to the customer."""

    old: State
    new: State
    move: Move
    who: frozenset[Who]
    with_message: bool = False


STAFF = frozenset({Who.STAFF})
CONTACT = frozenset({Who.CONTACT})
BOTH = STAFF | CONTACT
OPEN_STATES = tuple(state for state in State if state is not State.CLOSED)
WORKING = (State.TRIAGE, State.IN_PROGRESS, State.WAITING_ON_ENGINEERING)
TOLD = (State.WAITING_ON_CUSTOMER, State.SOLUTION_PROPOSED)  # the customer has been told something

TRANSITIONS: tuple[Transition, ...] = (
    *(Transition(old, new, Move.SET, STAFF) for old in OPEN_STATES for new in WORKING if old is not new),
    *(
        Transition(old, new, Move.SET, STAFF, with_message=True)
        for old in OPEN_STATES
        for new in TOLD
        if old is not new
    ),
    *(Transition(old, State.IN_PROGRESS, Move.ANSWER, CONTACT) for old in TOLD),
    *(Transition(old, State.CLOSED, Move.CLOSE, BOTH) for old in OPEN_STATES),
    Transition(State.CLOSED, State.IN_PROGRESS, Move.REOPEN, BOTH),
)

CUSTOMER_STATES: dict[State, CustomerState] = {
    State.NEW: CustomerState.OPEN,
    State.TRIAGE: CustomerState.OPEN,
    State.IN_PROGRESS: CustomerState.WAITING_ON_VENDOR,
    State.WAITING_ON_CUSTOMER: CustomerState.WAITING_ON_ME,
    State.WAITING_ON_ENGINEERING: CustomerState.WAITING_ON_VENDOR,
    State.SOLUTION_PROPOSED: CustomerState.WAITING_ON_ME,
    State.CLOSED: CustomerState.CLOSED,
}

_BY_MOVE = {(step.old, step.move, step.new): step for step in TRANSITIONS}
_AFTER_ANSWER = {step.old: step.new for step in TRANSITIONS if step.move is Move.ANSWER}


def transition(old: State, move: Move, new: State) -> Transition | None:
    """The row of the table for this move, or None where it is not allowed."""
    return _BY_MOVE.get((old, move, new))


def after_answer(old: State) -> State:
    """Where a case stands after the customer has written."""
    return _AFTER_ANSWER.get(old, old)


def settable(old: State) -> tuple[Transition, ...]:
    """The moves that staff may choose from this state."""
    return tuple(step for step in TRANSITIONS if step.old is old and step.move is Move.SET)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Moves of one kind that a picture draws as one: from any source to any target but itself."""

    move: Move
    who: frozenset[Who]
    with_message: bool
    sources: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return {(old, new) for old in self.sources for new in self.targets if old != new}


def bundles(seen_as: Mapping[State, str]) -> list[Bundle]:
    """The whole table, each state called as somebody sees it. What is no change to them is left out."""
    kinds: dict[tuple[Move, frozenset[Who], bool], dict[tuple[str, str], None]] = {}
    for step in TRANSITIONS:
        old, new = seen_as[step.old], seen_as[step.new]
        if old != new:
            kinds.setdefault((step.move, step.who, step.with_message), {})[old, new] = None
    order = list(dict.fromkeys(seen_as.values()))
    return [
        Bundle(move=move, who=who, with_message=with_message, sources=sources, targets=targets)
        for (move, who, with_message), pairs in kinds.items()
        for sources, targets in _bundled(pairs, order)
    ]


def _bundled(
    pairs: Iterable[tuple[str, str]], order: list[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """One bundle where every source leads to every target, else one for each target."""
    olds = sorted({old for old, _new in pairs}, key=order.index)
    news = sorted({new for _old, new in pairs}, key=order.index)
    if set(pairs) == {(old, new) for old in olds for new in news if old != new}:
        return [(tuple(olds), tuple(news))]
    return [(tuple(old for old in olds if (old, new) in set(pairs)), (new,)) for new in news]
