from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from backstay.accounts import actions, queries
from backstay.accounts.actions import BadTimezone, ContactRights, Locale, OutsideBoundary
from backstay.accounts.choices import Access, CaseView
from backstay.accounts.models import ApiToken, Contact, Organisation
from backstay.core.models import AuditEntry, OutboxEvent
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP


def told():
    """The users whose access was told to have changed."""
    rows = OutboxEvent.objects.filter(name="AccessChanged").order_by("id")
    return [row.payload["user_id"] for row in rows]


def test_bind_organisation_takes_everything_along(cast, at):
    organisation = cast.organisation(plan="gold")
    contact = cast.contact(organisation)
    with acting(SETUP):
        actions.bind_organisation(organisation_id=organisation.pk, by=SETUP, at=at)
        contact.refresh_from_db()
        assert (contact.boundary, organisation.contracts.get().boundary) == ("us", "us")
        traces = AuditEntry.objects.filter(subject_kind__in=["organisation", "contact", "contract"])
        assert {entry.boundary for entry in traces} == {"us"}
        assert told() == [contact.user_id]


def test_bind_organisation_by_somebody_outside_is_refused(cast, at):
    organisation = cast.organisation()
    dana = cast.viewer(cast.staff())
    with acting(dana), pytest.raises(OutsideBoundary):
        actions.bind_organisation(organisation_id=organisation.pk, by=dana, at=at)


def test_grant_lets_a_partner_read_and_tells_their_streams(cast, at):
    customer, partner = cast.organisation(), cast.organisation(name="Partner", plan="")
    contact = cast.contact(partner, "Paul Partner")
    with acting(SETUP):
        actions.grant(partner=partner, customer=customer, access=Access.VIEW, by=SETUP, at=at)
        assert told() == [contact.user_id]
    viewer = cast.viewer(contact)
    assert viewer.reads_organisations == {customer.pk}
    assert viewer.writes_organisations == set()


def test_grant_over_a_bound_customer_is_refused_to_a_partner_outside(cast, at):
    customer = cast.organisation(plan="emerald-us", region="us")
    partner = cast.organisation(name="Partner", plan="")
    with acting(SETUP), pytest.raises(OutsideBoundary):
        actions.grant(partner=partner, customer=customer, access=Access.FULL, by=SETUP, at=at)


def test_grant_to_a_bound_partner_over_an_open_customer_is_refused(cast, at):
    partner = cast.organisation(plan="emerald-us", region="us")
    customer = cast.organisation(name="Harbour")
    with acting(SETUP), pytest.raises(OutsideBoundary):
        actions.grant(partner=partner, customer=customer, access=Access.FULL, by=SETUP, at=at)


@pytest.mark.parametrize("who", ["customer", "partner"])
def test_bind_organisation_in_a_partnership_is_refused_plainly(cast, at, who):
    sides = {"customer": cast.organisation(), "partner": cast.organisation(name="Partner", plan="")}
    with acting(SETUP):
        actions.grant(**sides, access=Access.VIEW, by=SETUP, at=at)
        with pytest.raises(OutsideBoundary):
            actions.bind_organisation(organisation_id=sides[who].pk, by=SETUP, at=at)
        assert {each.boundary for each in Organisation.objects.all()} == {"open"}


def test_grant_in_full_counts_only_for_contacts_with_full_access(cast, at):
    customer, partner = cast.organisation(), cast.organisation(name="Partner", plan="")
    paul = cast.contact(partner, "Paul Partner")
    vera = cast.contact(partner, "Vera Partner", access=Access.VIEW)
    with acting(SETUP):
        actions.grant(partner=partner, customer=customer, access=Access.FULL, by=SETUP, at=at)
    assert cast.viewer(paul).writes_organisations == {customer.pk}
    assert cast.viewer(vera).writes_organisations == set()


@pytest.mark.parametrize("address", ["", "no-at-sign", "a@b", "two words@example.org"])
def test_contact_with_a_bad_address_is_refused(cast, at, address):
    organisation = cast.organisation()
    with acting(SETUP), pytest.raises(ValidationError):
        actions.add_contact(
            organisation=organisation,
            name="Nobody",
            email=address,
            rights=ContactRights(case_view=CaseView.OWN),
            locale=Locale(),
            by=SETUP,
            at=at,
        )


def test_contact_address_is_kept_in_lower_case(cast):
    contact = cast.contact(cast.organisation(), "Ana Marin")
    with acting(SETUP):
        assert Contact.objects.get(pk=contact.pk).email == "ana.marin@meridian.example"


def test_locale_with_an_unknown_zone_says_what_to_use():
    with pytest.raises(BadTimezone, match="Europe/Bucharest"):
        Locale(timezone="Mars/Olympus")


@pytest.mark.parametrize(("name", "key"), [("Ștefan Ünal", "stefan unal"), ("ACME", "acme")])
def test_sort_key_folds_accents_and_case(name, key):
    assert actions.sort_key(name) == key


def test_token_is_kept_as_its_digest_and_opens_until_it_expires(cast, at):
    staff = cast.staff()
    with acting(SETUP):
        later = at + timedelta(days=1)
        secret = actions.issue_token(user=staff.user, label="script", expires_at=later, at=at)
        (token,) = ApiToken.objects.all()
        assert secret not in {token.digest, token.label}
        assert queries.token_for(secret, at=at) == token
        assert queries.token_for(secret, at=later) is None
        assert queries.token_for(secret + "x", at=at) is None


def test_token_revoked_opens_nothing(cast, at):
    staff = cast.staff()
    with acting(SETUP):
        secret = actions.issue_token(user=staff.user, label="script", expires_at=None, at=at)
        actions.revoke_token(token=ApiToken.objects.get(), at=at)
        assert queries.token_for(secret, at=at) is None


def test_viewer_of_somebody_who_left_is_nobody(cast, at):
    staff = cast.staff()
    with acting(SETUP):
        type(staff).objects.filter(pk=staff.pk).update(is_active=False)
        staff.user.refresh_from_db()
        assert queries.viewer_for(staff.user, at=at) is None


def test_end_grant_shuts_the_customer_and_tells_the_partners_streams(cast, at):
    customer, partner = cast.organisation(), cast.organisation(name="Partner", plan="")
    contact = cast.contact(partner, "Paul Partner")
    with acting(SETUP):
        given = actions.grant(partner=partner, customer=customer, access=Access.FULL, by=SETUP, at=at)
        actions.end_grant(grant=given, by=SETUP, at=at)
        assert told() == [contact.user_id] * 2
        (entry,) = AuditEntry.objects.filter(kind="grant_ended")
    assert (entry.subject_id, entry.facts) == (customer.pk, {"partner": partner.pk, "access": "full"})
    assert cast.viewer(contact).reads_organisations == set()


def test_end_grant_that_has_ended_tells_nothing_again(cast, at):
    customer, partner = cast.organisation(), cast.organisation(name="Partner", plan="")
    cast.contact(partner, "Paul Partner")
    with acting(SETUP):
        given = actions.grant(partner=partner, customer=customer, access=Access.FULL, by=SETUP, at=at)
        actions.end_grant(grant=given, by=SETUP, at=at)
        before = told()
        actions.end_grant(grant=given, by=SETUP, at=at)
        assert (told(), AuditEntry.objects.filter(kind="grant_ended").count()) == (before, 1)
