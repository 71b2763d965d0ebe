from datetime import timedelta

import pytest

from backstay.core.scoping import acting
from backstay.oncall import actions, jobs
from backstay.oncall.actions.sending import LEASE
from backstay.oncall.doors import DoorFailed
from backstay.oncall.models import PageDelivery
from tests.fixtures.duty import BY

SECOND = timedelta(seconds=1)


class Door:
    """Stands in for what leaves the machine; fails with the next of `failures`."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.sent: list[tuple[str, bool]] = []

    def __call__(self, outgoing) -> None:
        self.sent.append((outgoing.stable_id, outgoing.may_be_double))
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
def delivery(duty) -> PageDelivery:
    duty.rota("Ana")
    (row,) = duty.deliveries(duty.page())
    return row


def read(row: PageDelivery) -> PageDelivery:
    with acting(BY):
        return PageDelivery.objects.get(pk=row.pk)


def test_delivery_leaves_once_with_its_stable_id(duty, delivery):
    door = Door()
    office = jobs.PostOffice(send=door)
    office.finish(at=duty.at)
    office.finish(at=duty.at + LEASE)
    assert door.sent == [(str(delivery.stable_id), False)]
    now = read(delivery)
    assert (now.state, now.attempts, now.sent_at, now.may_be_double) == ("sent", 1, duty.at, False)


def test_attempt_that_nobody_recorded_is_made_again_when_its_lease_is_over_and_marked(duty, delivery):
    with acting(BY):
        assert len(actions.claim(at=duty.at, limit=10)) == 1  # and its process dies here
    door = Door()
    office = jobs.PostOffice(send=door)
    office.finish(at=duty.at + LEASE - SECOND)
    assert door.sent == []
    office.finish(at=duty.at + LEASE)
    assert door.sent == [(str(delivery.stable_id), True)]
    now = read(delivery)
    assert (now.state, now.attempts, now.may_be_double) == ("sent", 2, True)


def test_failure_is_tried_again_after_growing_pauses_until_it_is_given_up(duty, delivery):
    door = Door(*(DoorFailed("the other side answered 503") for _ in range(9)))
    office, at = jobs.PostOffice(send=door), duty.at
    pauses = []
    while read(delivery).state == "waiting":
        office.finish(at=at)
        due = read(delivery).next_at
        pauses.append((due - at).total_seconds() if due else None)
        at = due
    assert pauses == [5, 10, 20, 40, None]
    now = read(delivery)
    assert (now.state, now.attempts, now.error) == ("failed", 5, "the other side answered 503")
    assert {stable_id for stable_id, _double in door.sent} == {str(delivery.stable_id)}
    assert not now.may_be_double


def test_silence_of_the_other_side_marks_the_next_attempt_as_a_possible_double(duty, delivery):
    door = Door(DoorFailed("no answer", may_have_arrived=True))
    office = jobs.PostOffice(send=door)
    office.finish(at=duty.at)
    office.finish(at=duty.at + 5 * SECOND)
    assert [double for _id, double in door.sent] == [False, True]
    assert read(delivery).state == "sent"


def test_final_failure_is_not_tried_again(duty, delivery):
    office = jobs.PostOffice(send=Door(DoorFailed("refused", is_final=True)))
    office.finish(at=duty.at)
    assert (read(delivery).state, read(delivery).error) == ("failed", "refused")


def test_error_that_nobody_expected_is_named_without_its_text(duty, delivery):
    office = jobs.PostOffice(send=Door(RuntimeError("a secret: 4711")))
    office.finish(at=duty.at)
    assert read(delivery).error == "RuntimeError"


def test_failure_of_an_attempt_whose_lease_is_over_says_nothing(duty, delivery):
    with acting(BY):
        (old,) = actions.claim(at=duty.at, limit=10)
        actions.claim(at=duty.at + LEASE, limit=10)
        failure = DoorFailed("late", is_final=True)
        actions.record_failure(outgoing=old, failure=failure, at=duty.at + LEASE)
    assert (read(delivery).state, read(delivery).error) == ("waiting", "")


def test_text_is_in_the_reader_s_language_and_a_bound_one_carries_no_content(duty):
    chris = duty.person("Chris", eligible_us=True)
    duty.rota("Chris")
    duty.page(), duty.page(boundary="us")
    with acting(BY):
        chris.language = "ro"
        chris.save()
        opened, bound = actions.claim(at=duty.at, limit=10)
    assert opened.language == bound.language == "ro"
    assert opened.text == "Nobody answers case 10012."
    assert "case" not in bound.text.replace("under the US boundary", "")
    assert "10012" not in bound.text
    assert bound.link.endswith("/console/cases/10012")


def test_sweeping_sends_and_says_when_it_wants_to_go_on(duty, delivery, monkeypatch):
    monkeypatch.setattr(jobs, "post_office", jobs.PostOffice(send=Door()))
    assert jobs.sweep_pages(at=duty.at) == duty.at + jobs.SOON
    jobs.post_office.finish(at=duty.at)
    assert jobs.sweep_pages(at=duty.at + SECOND) == duty.at + timedelta(minutes=5)
    assert read(delivery).state == "sent"


def test_link_of_a_page_is_one_person_s_and_lasts_a_day(duty, delivery):
    token = actions.acknowledge_token(page_id=delivery.page_id, staff_id=delivery.staff_id, at=duty.at)
    day = timedelta(days=1)
    assert actions.read_token(token, at=duty.at + day) == (delivery.page_id, delivery.staff_id)
    for bad, at in ((token, duty.at + day + SECOND), (token[:-1], duty.at), ("", duty.at)):
        with pytest.raises(actions.BadLink):
            actions.read_token(bad, at=at)


def test_link_acknowledges_as_the_person_who_was_paged(duty, delivery):
    token = actions.acknowledge_token(page_id=delivery.page_id, staff_id=delivery.staff_id, at=duty.at)
    page = actions.acknowledge_by_link(token=token, address=None, at=duty.at)
    assert (page.state, page.acknowledged_by_id) == ("acknowledged", delivery.staff_id)


def test_link_to_a_bound_page_is_of_no_use_to_whoever_has_left_the_country(duty):
    chris = duty.person("Chris", eligible_us=True)
    duty.rota("Chris")
    (row,) = duty.deliveries(duty.page(boundary="us"))
    duty.cast.declare(chris, "CA", at=duty.at)
    token = actions.acknowledge_token(page_id=row.page_id, staff_id=row.staff_id, at=duty.at)
    with pytest.raises(actions.paging.Page.DoesNotExist):
        actions.acknowledge_by_link(token=token, address=None, at=duty.at)


def test_bound_page_leaves_for_nobody_who_has_left_the_boundary_and_the_next_is_asked(duty, cast):
    amy, bea = (duty.person(name, eligible_us=True) for name in ("Amy", "Bea"))
    duty.rota("Amy", "Bea", serves="us")
    page = duty.page(boundary="us")
    cast.declare(amy, "RO", duty.at)
    door = Door()
    jobs.PostOffice(send=door).finish(at=duty.at)
    assert door.sent == []
    jobs.sweep(at=duty.at)
    jobs.PostOffice(send=door).finish(at=duty.at)
    to_amy, to_bea = duty.deliveries(page)
    assert [(row.staff_id, row.state) for row in (to_amy, to_bea)] == [(amy.pk, "dropped"), (bea.pk, "sent")]
    assert door.sent == [(str(to_bea.stable_id), False)]
