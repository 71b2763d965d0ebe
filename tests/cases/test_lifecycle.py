import pytest

from backstay.cases.choices import CUSTOMER_STATE_LABELS, STATE_LABELS, CustomerState, State
from backstay.cases.lifecycle import (
    CUSTOMER_STATES,
    OPEN_STATES,
    TOLD,
    TRANSITIONS,
    Move,
    Who,
    after_answer,
    settable,
    transition,
)


def test_customer_states_are_given_for_every_state():
    assert set(CUSTOMER_STATES) == set(State)
    assert set(CUSTOMER_STATES.values()) == set(CustomerState)


def test_labels_are_given_for_every_state():
    assert set(STATE_LABELS) == set(State)
    assert set(CUSTOMER_STATE_LABELS) == set(CustomerState)


def test_transitions_name_each_move_once():
    moves = [(step.old, step.move, step.new) for step in TRANSITIONS]
    assert len(moves) == len(set(moves))


def test_every_state_can_be_left_and_reached():
    assert {step.old for step in TRANSITIONS} == set(State)
    assert {step.new for step in TRANSITIONS} == set(State) - {State.NEW}


@pytest.mark.parametrize("state", OPEN_STATES)
def test_either_side_closes_from_every_open_state(state):
    assert transition(state, Move.CLOSE, State.CLOSED).who == {Who.STAFF, Who.CONTACT}


@pytest.mark.parametrize("state", OPEN_STATES)
def test_waiting_on_customer_and_solution_go_with_a_message_only(state):
    with_message = {step.new for step in settable(state) if step.with_message}
    assert with_message == set(TOLD) - {state}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (State.WAITING_ON_CUSTOMER, State.IN_PROGRESS),
        (State.SOLUTION_PROPOSED, State.IN_PROGRESS),
        (State.NEW, State.NEW),
        (State.WAITING_ON_ENGINEERING, State.WAITING_ON_ENGINEERING),
    ],
)
def test_after_answer_brings_back_to_work_what_waited_on_the_customer(old, new):
    assert after_answer(old) == new


def test_closed_case_is_only_reopened():
    assert [(step.move, step.new) for step in TRANSITIONS if step.old is State.CLOSED] == [
        (Move.REOPEN, State.IN_PROGRESS)
    ]
