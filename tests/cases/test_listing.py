from datetime import timedelta

from backstay.cases import listing, queries
from backstay.cases.standing import standing
from backstay.core.scoping import acting


def test_listed_cases_say_what_the_cases_themselves_say(scene, django_assert_num_queries):
    later = scene.at + timedelta(minutes=30)
    with acting(scene.dana):
        (case,) = queries.listed(queries.visible())
        with django_assert_num_queries(1):
            (found,) = listing.read(queries.visible())
        listing.standings([found], at=later)  # the calendar is read once a process
        with django_assert_num_queries(1):
            standings = listing.standings([found], at=later)
        assert standings == {case.pk: standing(case, at=later)}
    assert (found.pk, found.number, found.version, found.reference) == (
        case.pk,
        case.number,
        case.version,
        case.reference,
    )
    assert (found.subject, found.severity, found.state) == (case.subject, case.severity, case.state)
    assert (found.organisation, found.assignee) == (case.organisation.name, None)
